"""Name and kind of a function, and the names of its arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

Arguments = Callable[[tuple[Any, ...], Mapping[str, Any]], dict[str, Any]]

Kind = Literal["plain", "coroutine", "generator", "async generator"]


def kind_of(function: Any) -> Kind:
    """Return the kind of a function; a callable object has the kind of its `__call__`."""
    is_object = not inspect.isroutine(function) and not isinstance(function, type | partial)
    code = type(function).__call__ if is_object else function
    if inspect.isasyncgenfunction(code):
        return "async generator"
    if inspect.isgeneratorfunction(code) and not _is_awaited(code):
        return "generator"
    return "coroutine" if inspect.iscoroutinefunction(code) else "plain"


def _is_awaited(code: Any) -> bool:
    """Return whether a generator is a coroutine of the old kind, made with `types.coroutine`."""
    flags: int = getattr(getattr(code, "__code__", None), "co_flags", 0)
    return bool(flags & inspect.CO_ITERABLE_COROUTINE)


def name_of(function: Any) -> str:
    """Return the name of a callable; partial functions and callable objects have none of their own."""
    named: str | None = getattr(function, "__name__", None)
    if named is None and isinstance(function, partial):
        return name_of(function.func)
    return type(function).__name__ if named is None else named


def reader_of_arguments(function: Callable[..., Any]) -> Arguments:
    """Return a function that names the arguments of a call, as in `{"city": "Paris"}`, without `self` and `cls`."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # some functions written in C have no signature
        return lambda args, kwargs: {"args": list(args), **kwargs}
    spread = next((one.name for one in signature.parameters.values() if one.kind is one.VAR_KEYWORD), None)

    def read(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        try:
            named = signature.bind(*args, **kwargs).arguments
        except TypeError:  # the call itself raises this error
            return dict(kwargs)
        more = named.pop(spread, {}) if spread is not None else {}
        for own in ("self", "cls"):
            named.pop(own, None)
        return {**named, **more}

    return read
