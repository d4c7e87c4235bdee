"""Checks the values of acts at the line of the test: a value that no framework can pass on is refused."""

from __future__ import annotations

import inspect
import json
import re
import threading
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from pytest_traces.errors import TracesError

_HEADER = re.compile(r"[!#$%&'*+.^`|~\w-]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that describe the encoding of a body."""
_SIGNALS = (GeneratorExit, StopIteration, StopAsyncIteration)
"""Exceptions with which Python ends a generator: inside a coroutine or a generator they turn into others."""


def checked_count(word: str, given: Any, *, least: int) -> int:
    """Return a number of calls."""
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        every = ", or ... for every call" if word == "times" else ""
        raise TracesError(f"{word} is a whole number from {least}{every}, got {given!r}")
    return given


def checked_seconds(seconds: Any) -> float:
    """Return how long a call is delayed."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds < threading.TIMEOUT_MAX:
        raise TracesError(f"delays() takes seconds above 0, got {seconds!r}")
    return seconds


def checked_error(error: Any) -> Any:
    """Return an exception, or a class that can be made without arguments."""
    kind = error if isinstance(error, type) else type(error)
    if not issubclass(kind, BaseException):
        raise TracesError(f"raises() takes an exception, got {error!r}")
    if issubclass(kind, _SIGNALS):
        raise TracesError(f"raises() takes an error, and {kind.__name__} is how Python ends a generator")
    if kind is error:
        _require_no_arguments(kind)
    return error


def checked_value(value: Any) -> Any:
    """Return a copy of a value, or the function that computes it."""
    if inspect.isawaitable(value) or inspect.isgenerator(value) or inspect.isasyncgen(value):
        if inspect.iscoroutine(value):
            value.close()
        raise TracesError(f"returns() takes a value that can be given twice, got a {type(value).__name__}")
    if isinstance(value, BaseException) or (isinstance(value, type) and issubclass(value, BaseException)):
        raise TracesError(f"returns() gives a value, and {value!r} is an exception: raises() lets the call fail")
    if callable(value):
        _require_one_argument(value)
        return value
    try:
        return deepcopy(value)
    except Exception as problem:
        hint = "a function makes one for each call, as in returns(lambda call: ...)"
        raise TracesError(f"returns() copies its value, and this can't be copied ({problem}): {hint}") from None


def checked_headers(headers: Any) -> dict[str, str] | None:
    """Return headers for HTTP; refuse those that describe the encoding of the body."""
    if headers is None:
        return None
    if not isinstance(headers, Mapping) or not all(isinstance(one, str) for pair in headers.items() for one in pair):
        raise TracesError(f"headers are texts by name, got {headers!r}")
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
            raise TracesError(f"HTTP sends no such header: {name!r}: {value!r}")
        if name.lower() in _OF_THE_BODY:
            raise TracesError(f"{name!r} follows from the body, which is sent as it is")
    return dict(headers)


def checked_json(value: Any, what: str) -> Any:
    """Return a copy of a value that is sent as JSON."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as problem:
        raise TracesError(f"{what} is sent as JSON: {problem}") from None
    checked_text(written, what)
    return deepcopy(value)


def checked_text(text: str, what: str) -> str:
    """Return a text that UTF-8 can encode."""
    try:
        text.encode()
    except UnicodeEncodeError as problem:
        raise TracesError(f"{what} is sent as UTF-8: {problem}") from None
    return text


def _require_no_arguments(kind: type[BaseException]) -> None:
    try:
        kind()
    except Exception as problem:
        hint = "give an exception that is made; an error of an SDK comes from responds(429)"
        raise TracesError(f"{kind.__name__} can't be made without arguments ({problem}): {hint}") from None


def _require_one_argument(function: Callable[..., Any]) -> None:
    name = getattr(function, "__name__", repr(function))
    if inspect.isasyncgenfunction(function):
        raise TracesError(f"{name} is an async generator, which gives no value: a list of its pieces is one")
    try:
        inspect.signature(function).bind("the call")
    except ValueError:  # written in C, without a signature
        return
    except TypeError as problem:
        raise TracesError(f"returns() calls {name} with the call, and it takes other arguments: {problem}") from None
