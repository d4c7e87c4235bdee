"""The step of a call that an adapter wraps."""

from __future__ import annotations

from collections.abc import Callable
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
