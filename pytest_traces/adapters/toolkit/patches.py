"""Replaces attributes of a framework, and puts them back."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial, wraps
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

from pytest_traces.runtime.calls.function_code import code_that_calls, copy_of

_ABSENT = object()
_WATCHED = "_watched_by_pytest_traces"


class Patches:
    """Replaced attributes, in order; as a context manager it restores them at the end of the block."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def __enter__(self) -> Patches:
        return self

    def __exit__(self, *exc: object) -> None:
        self.undo()

    def swap(self, owner: Any, name: str, new: Any) -> Any:
        """Put a new attribute in place and return the old one, as `getattr` gives it.

        Raises `AttributeError` if the owner has no such attribute: the framework's hook is gone.
        """
        old = getattr(owner, name)
        self._undo.append(partial(_restore, owner, name, vars(owner).get(name, _ABSENT)))
        setattr(owner, name, new)
        return old

    def wrap(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Replace a function, a method, a classmethod or a staticmethod by what `make` returns for it.

        A function that is watched already is passed on to: one pytest session may run inside another.
        Raises `AttributeError` if the owner itself has no such attribute: an inherited one is another hook.
        """
        self._replace(owner, name, lambda function: (_pass_on if hasattr(function, _WATCHED) else make)(function))

    def before(self, owner: Any, name: str, note: Callable[..., object]) -> None:
        """Call `note` with the arguments of each call, before the function runs; otherwise as `wrap`."""

        def make(function: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(function)
            def noted(*args: Any, **kwargs: Any) -> Any:
                note(*args, **kwargs)
                return function(*args, **kwargs)

            return noted

        self._note(owner, name, make)

    def after(self, owner: Any, name: str, note: Callable[..., object]) -> None:
        """Call `note` with what each call returned, and with its arguments; otherwise as `wrap`."""

        def make(function: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(function)
            def noted(*args: Any, **kwargs: Any) -> Any:
                result = function(*args, **kwargs)
                note(result, *args, **kwargs)
                return result

            return noted

        self._note(owner, name, make)

    def rewrite(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Make a function of a class run what `make` returns for it; the function object stays the same.

        So the order of an instrumentor and the adapter does not matter: the instrumentor may wrap the function before,
        or restore it later, and a program may keep a bound method. Other callables are wrapped.
        """
        found = vars(owner).get(name)
        if not isinstance(found, FunctionType):
            self.wrap(owner, name, make)
            return
        code, held, original = found.__code__, dict(vars(found)), copy_of(found)
        watched = SimpleNamespace(call=(_pass_on if hasattr(found, _WATCHED) else make)(original))
        found.__code__ = code_that_calls(watched, found)
        vars(found).update({_WATCHED: self, "__wrapped__": original})  # `inspect` reads the signature there

        def restore() -> None:
            found.__code__ = code
            vars(found).clear()
            vars(found).update(held)

        self.undone_by(restore)

    def undone_by(self, restore: Callable[[], None]) -> None:
        """Call a function when the adapter is switched off, to undo a change other than a new attribute."""
        self._undo.append(restore)

    def undo(self) -> None:
        """Restore everything, last first."""
        while self._undo:
            self._undo.pop()()

    def _note(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        """Replace a function unless another session watches it; one adapter may note a call before and after it."""
        self._replace(owner, name, lambda one: (make if getattr(one, _WATCHED, self) is self else _pass_on)(one))

    def _replace(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        if name not in vars(owner):
            raise AttributeError(f"{owner.__name__} has no {name!r}")
        found = inspect.getattr_static(owner, name)
        function = found.__func__ if isinstance(found, classmethod | staticmethod) else found
        watched = make(function)
        setattr(watched, _WATCHED, self)
        self.swap(owner, name, type(found)(watched) if function is not found else watched)


class Substitute:
    """Stands for a module that a framework uses; the given attributes replace those of the module."""

    def __init__(self, module: ModuleType, **attributes: Any) -> None:
        self.__dict__.update(attributes)
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)


def _restore(owner: Any, name: str, old: Any) -> None:
    if old is _ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, old)


def _pass_on(function: Callable[..., Any]) -> Callable[..., Any]:
    def passed_on(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return passed_on
