"""Records the calls of a function through every reference to it: names, tables of tools, decorators, closures.

The code of the function is swapped for code that calls a recorded copy: every reference to the function stays valid.
When the last recording that watches it ends, the function gets its own code back.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from threading import Lock
from types import FunctionType
from typing import Any

from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.calls.around import around
from pytest_traces.runtime.calls.function_code import code_that_calls, copy_of
from pytest_traces.runtime.calls.signatures import reader_of_arguments
from pytest_traces.runtime.recording.context import here
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.streams.folding import Folding

SOURCE = Source("record_calls")

_LOCK = Lock()
_WATCHED: dict[FunctionType, _Watched] = {}
"""The functions whose code is swapped now."""


def watch(function: FunctionType, recorder: Recorder, type: str) -> Callable[[], None]:
    """Record the calls of a function in one recording; returns a function that ends this.

    A function that `@trace` or `@trace_tool` decorated is recorded already and stays as it is.
    """
    if function.__code__.co_filename == around.__code__.co_filename:
        return lambda: None
    with _LOCK:
        watched = _WATCHED.get(function) or _WATCHED.setdefault(function, _Watched(function))
        watched.types[recorder] = type
    return partial(_forget, function, recorder)


def _forget(function: FunctionType, recorder: Recorder) -> None:
    with _LOCK:
        watched = _WATCHED.get(function)
        if watched is not None:
            watched.types.pop(recorder, None)
            if not watched.types:
                watched.restore()
                del _WATCHED[function]


class _Watched:
    """A function whose calls are recorded, and the recordings that watch it."""

    def __init__(self, function: FunctionType) -> None:
        self.types: dict[Recorder, str] = {}
        """The type of its spans in each recording."""
        copy = copy_of(function)
        self._function = function
        self._code = function.__code__
        self._arguments = reader_of_arguments(copy)
        self._keeps_signature = hasattr(function, "__signature__")
        self.call = SOURCE.around(copy, self._open, _close, _piece)
        if not self._keeps_signature:
            with suppress(ValueError):
                function.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
        function.__code__ = code_that_calls(self, function)

    def restore(self) -> None:
        """Give the function its own code again."""
        self._function.__code__ = self._code
        if not self._keeps_signature and hasattr(self._function, "__signature__"):
            del self._function.__signature__

    def _open(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> OpenSpan:
        place = here()
        type = None if place is None else self.types.get(place.recorder)
        if type is None:
            return SOURCE.silent
        span = SOURCE.start(self._function.__name__, type)
        span.update(input=self._arguments(args, kwargs))
        return span


def _piece(span: OpenSpan, piece: Any) -> None:
    span.state = span.state or Folding()
    span.chunk(span.state.add(piece))


def _close(span: OpenSpan, result: Any) -> None:
    """End a span; the output of a generator is the list of its items, unless it returns a value."""
    span.end(output=span.state.result() if result is None and span.state is not None else result)
