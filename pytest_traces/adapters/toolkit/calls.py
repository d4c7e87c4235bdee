"""What adapters put around a call: the step of a span, or a `with` block."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.calls.step import Step
from pytest_traces.runtime.effects import Native
from pytest_traces.runtime.recording.entering import step_in
from pytest_traces.runtime.recording.recorder import Record

Close = Callable[[OpenSpan, Any], None]
"""Ends a span with what the call returned."""
Piece = Callable[[OpenSpan, Any], None]
"""Takes an item of a generator."""
Block = Callable[[Mapping[str, Any]], AbstractContextManager[None]]
"""Makes the block of a call from its keyword arguments."""


def in_a_block(block: Block, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of the same kind, `def` or `async def`, whose calls run inside a `with` block."""

    @wraps(function)
    def inside(*args: Any, **kwargs: Any) -> Any:
        with block(kwargs):
            return function(*args, **kwargs)

    @wraps(function)
    async def inside_async(*args: Any, **kwargs: Any) -> Any:
        with block(kwargs):
            return await function(*args, **kwargs)

    return inside_async if inspect.iscoroutinefunction(function) else inside


def end_with_output(span: OpenSpan, result: Any) -> None:
    """End a span with the result of the call as its output."""
    span.end(output=result)


class Call(Step):
    """Runs a function inside a span; the adapter reads the result."""

    def __init__(
        self, record: Record, span: OpenSpan, close: Close, piece: Piece, *, native: Native | None = None
    ) -> None:
        super().__init__(record, step_in(record))
        self.native = native
        self._span = span
        self._close = close
        self._piece = piece

    def chunk(self, piece: Any) -> None:
        with self._span.guard():
            self._piece(self._span, piece)

    def end(self, result: Any) -> None:
        self.step_out()
        with self._span.guard():
            self._close(self._span, result)

    def fail(self, error: BaseException) -> None:
        self.step_out()
        self._span.fail(error)
