"""One run of a runnable, followed from its first event to the end of its stream."""

from __future__ import annotations

from typing import Any

from timbal.state import get_run_context

from pytest_traces.adapters.timbal import background, reading, steps
from pytest_traces.adapters.timbal.ambient import leave_finished_run, stay_offline
from pytest_traces.adapters.timbal.calls import Calls
from pytest_traces.adapters.timbal.chunks import Pieces
from pytest_traces.model.event_types import CHUNK
from pytest_traces.runtime.recording.place import CURRENT, Outside, Place, here
from pytest_traces.runtime.recording.recorder import Record


class Call:
    """Turns one stream of events into one span. Nested calls have streams of their own."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._record: Record | None = None
        self._span: Any = None
        self._context: Any = None
        self._pieces = Pieces()
        self._finished = False

    def begin(self) -> None:
        """Leave what another test finished in this task, before Timbal looks where it stands."""
        place = here()
        if place is not None:
            with place.recorder.guard("timbal"):
                leave_finished_run(unless=place.recorder.run_ids)

    def enter(self) -> Place | Outside:
        """Stand inside the span; returns where the code stood before."""
        before = CURRENT.get()
        if self._record is not None:
            CURRENT.set(self._record)
        return before

    def leave(self, before: Place | Outside) -> None:
        """Stand where the code stood before."""
        CURRENT.set(before)

    def see(self, event: Any) -> None:
        """Record an event of this call; those of nested calls pass through, unless no call stands behind them."""
        if self._span is None:
            if event.type == "START":
                self._start(event)
            return
        own = event.call_id == self._span.call_id
        orphan = event.type == "OUTPUT" and event.parent_call_id is None and event.call_id not in self._calls
        if self._record is None or not (own or orphan):
            return
        with self._record.recorder.guard("timbal"):
            if not own:
                self._add_orphan(event)
            elif event.type == "OUTPUT":  # its consumer may stop here and never come back
                self._finish(event.output)
            else:
                self._note(event)

    def finish(self) -> None:
        """End the span with what Timbal's own span says, however the stream ended."""
        if self._record is not None:
            with self._record.recorder.guard("timbal"):
                self._finish(self._span.output)

    def _finish(self, output: Any) -> None:
        record = self._record
        if record is None or self._finished:
            return
        self._finished = True
        if self._span.status is not None:
            steps.declare(record, self._span, self._context, self._calls)
        task = background.task_of(record, self._context, output)
        if task is None:
            reading.end(record, self._span, self._context)
        else:
            launched = record.recorder.tick()
            task.task.add_done_callback(lambda _: self._finish_in_background(record, task, launched))

    def _finish_in_background(self, record: Record, task: Any, launched: int) -> None:
        with record.recorder.guard("timbal"):
            for event in background.told_by(task):
                if event.call_id == record.call_id:
                    self._note(event)
            background.end(record, self._span, self._context, task)
            # To its siblings it ended when it was launched: which of them it outlived is luck.
            record.ended = launched

    def _start(self, event: Any) -> None:
        place = here(event.run_id)
        if place is None:
            return
        recorder = place.recorder
        with recorder.guard("timbal"):
            context = get_run_context()
            self._context, self._span = context, context._trace[event.call_id]
            stay_offline(context)
            recorder.run_ids.add(context.id)
            self._open(place)

    def _open(self, place: Place) -> None:
        span, context = self._span, self._context
        record = self._record = self._calls[span.call_id] = _new_record(place, reading.span_type(span), span)
        # Not `invoked_by`: it also names a call whose events the caller was only reading.
        if span.parent_call_id is not None and not _stands_below(place.record, span.parent_call_id):
            record.parent_call_id = span.parent_call_id
        record.run_id = context.id
        if record.type not in ("llm", "agent"):  # long messages are read once, at the end
            record.set(input=reading.redacted(span.input, context))
        place.recorder.add(record)

    def _note(self, event: Any) -> None:
        record, redact = self._record, reading.redacted
        assert record is not None, "unreachable because events are noted after the start"
        if event.type == "DELTA":
            for piece in self._pieces.read(event.item):
                record.recorder.emit(record, CHUNK, redact(piece, self._context))
        else:  # APPROVAL, INTERACTION, GUARDRAIL
            record.recorder.emit(record, event.type.lower(), redact(reading.payload(event), self._context))

    def _add_orphan(self, event: Any) -> None:
        """Add what the agent answered in place of a call: an unknown tool, a crashed dispatch, the last iteration."""
        record = self._record
        assert record is not None, "unreachable because orphans are seen after the start"
        orphan = self._calls[event.call_id] = _new_record(record, "tool", event)
        orphan.run_id = event.run_id
        record.recorder.add(orphan)
        reading.end(orphan, event, self._context)


def _new_record(place: Place, type: str, said: Any) -> Record:
    """Begin the record of a span, or of an event that stands for one."""
    record = Record(said.path.rpartition(".")[2], type, place, said.call_id)
    record.parent, record.path, record.source = place.record, said.path, "timbal"
    return record


def _stands_below(record: Record | None, call_id: str) -> bool:
    """Tell whether a record is a call or stands below it; spans of other makers may lie between."""
    while record is not None and record.call_id != call_id:
        record = record.parent
    return record is not None
