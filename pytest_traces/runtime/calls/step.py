"""The span of one call, as the wrapper of the call needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_traces.runtime.recording.context import CURRENT, Outside
from pytest_traces.runtime.recording.entering import step_in, step_out
from pytest_traces.runtime.recording.recorder import Place, Record

if TYPE_CHECKING:  # most programs run as they are
    from pytest_traces.runtime.effects import Native

Function = Callable[..., Any]


class Step:
    """A span that was started and entered for one call; `end` or `fail` ends it, once.

    A subclass says how a span of its kind ends: `end` and `fail` also leave the span.
    """

    native: Native | None = None
    """Makes the framework's own value, if the test acts in place of the call; `None` returns values unchanged.
    """

    def __init__(self, record: Record, before: Place | Outside) -> None:
        self.record = record
        self._before = before

    def instead(self, function: Function) -> Function | None:
        """Return the function to run instead, of the same kind; nearly always `None`."""
        if self.record.recorder.acts is None:
            return None
        from pytest_traces.runtime.calls.stand_ins import stand_in
        from pytest_traces.runtime.effects import acted_inside

        return None if self.native is acted_inside else stand_in(self.record, function, self.native)

    def step_in(self) -> None:
        """Go on inside the span; no effect if the running code is there already."""
        if CURRENT.get() is not self.record:
            self._before = step_in(self.record)

    def step_out(self) -> None:
        """Leave the span without ending it: the caller's code runs now."""
        step_out(self.record, self._before)

    def move_to(self, place: Place | None) -> None:
        """Continue in another lane of the same test, if that lane was opened after the span started."""
        record = self.record
        if place is not None and place.recorder is record.recorder and place.lane.clock > record.started:
            record.lane, record.thread = place.lane, place.thread

    def chunk(self, piece: Any) -> None:
        """Take a piece of a generator's output."""
        raise NotImplementedError

    def end(self, result: Any) -> None:
        """End the span with what the call returned; for an async generator that is `None`."""
        raise NotImplementedError

    def fail(self, error: BaseException) -> None:
        """End the span with an exception; `GeneratorExit` says that the consumer left early."""
        raise NotImplementedError


Open = Callable[[tuple[Any, ...], Mapping[str, Any]], Step | None]
"""Starts and enters the span of a call with these arguments; `None` if the call is not recorded."""
