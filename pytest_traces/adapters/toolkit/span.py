"""A span that an adapter holds open: every method is guarded, none raises into the program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from pytest_traces.model.words.event_types import CHUNK, RETRY, SKIPPED
from pytest_traces.runtime.recording.context import Outside
from pytest_traces.runtime.recording.entering import is_in, step_in, step_out
from pytest_traces.runtime.recording.fields import Fault, message_of, status_after
from pytest_traces.runtime.recording.recorder import Place, Record


class OpenSpan:
    """One span of a framework, from its start to its end.

    It is falsy if nothing records here: `if span:` avoids reading values that no record keeps.
    """

    def __init__(self, source: str, record: Record | None) -> None:
        self._source = source
        self.record = record
        """The record of the span; `None` if nothing records."""
        self.state: Any = None
        """Data of the adapter until the span ends."""
        self._before: Place | Outside | None = None

    def __bool__(self) -> bool:
        return self.record is not None

    @property
    def is_late(self) -> bool:
        """Whether the test that recorded it is over."""
        return self.record is not None and self.record.recorder.closed

    def guard(self) -> AbstractContextManager[None]:
        """Catch an error of the adapter's own code; the report shows it."""
        return nullcontext() if self.record is None else self.record.recorder.gaps.guard(self._source)

    def show(self) -> None:
        """Add a span that was held back to the trace, from its own start."""
        if self.record is not None:
            with self.guard():
                self.record.recorder.add(self.record)

    def enter(self) -> None:
        """Enter the span: the code that runs from here on is inside it."""
        if self.record is not None and not is_in(self.record):
            self._before = step_in(self.record)

    def leave(self) -> None:
        """Leave the span: the code that runs from here on is where it was before `enter`."""
        if self.record is not None and self._before is not None:
            step_out(self.record, self._before)
            self._before = None

    def update(self, **fields: Any) -> None:
        """Set fields of the span: `input output own_usage model tags metadata attributes name type`."""
        if self.record is not None:
            with self.guard():
                self.record.set(**fields)

    def event(self, type: str, payload: Any = None, *, t: float | None = None) -> None:
        """Record an event of the span, with its payload as it is now; `t` is now unless given."""
        if self.record is not None:
            with self.guard():
                self.record.recorder.emit(self.record, type, payload, t=t)

    def chunk(self, piece: Any) -> None:
        """Record a streamed piece: a text, or a structure with a `type`."""
        self.event(CHUNK, piece)

    def retry(self, error: BaseException | Mapping[str, str], elapsed_ms: float | None = None) -> None:
        """Record an attempt inside this call that failed and was followed by another: `trace.retries` finds it."""
        fault = error if isinstance(error, Mapping) else {"type": type(error).__name__, "message": message_of(error)}
        self.event(RETRY, {**fault, "elapsed_ms": elapsed_ms})

    def repeat(self, failed: OpenSpan) -> None:
        """Declare that this call repeats a failed one, even with another input: `trace.retries` finds it."""
        if self.record is not None and failed.record is not None:
            self.record.retry_of = failed.record.call_id

    def skipped(self, steps: Iterable[str]) -> None:
        """Record the steps of a workflow that never ran: `assert_no_skips` finds them."""
        self.event(SKIPPED, {"steps": list(steps)})

    def after(self, call_ids: Iterable[str]) -> None:
        """Declare which spans were over before this one began, if the framework hides the order."""
        if self.record is not None:
            self.record.after = self.record.after | frozenset(call_ids)

    def waited_for(self, others: Iterable[OpenSpan]) -> None:
        """Declare that these spans are over: later events of this span come after them."""
        own = self.record
        for other in others:
            if own is not None and other.record is not None and other.record.lane is not own.lane:
                own.lane.hear(other.record.lane, own.recorder.tick())

    def end(self, status: Any = "success", **fields: Any) -> None:
        """End the span and leave it; an end after the first changes nothing."""
        if self.record is not None:
            with self.guard():
                self.record.end(status, **fields)
            self.leave()

    def fail(self, error: BaseException, **fields: Any) -> None:
        """End the span with an exception and leave it; a cancellation is a status, not an error."""
        if self.record is not None:
            with self.guard():
                status = status_after(error)
                fault = Fault(type(error).__name__, message_of(error)) if status == "error" else None
                self.record.end(status, error=fault, **fields)
            self.leave()
