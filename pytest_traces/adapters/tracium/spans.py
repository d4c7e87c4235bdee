"""Tracium's spans, from the moment they are entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracium.context.trace_context import current_parent_span_id

from pytest_traces.adapters.tracium import reading
from pytest_traces.adapters.tracium.ledger import Ledger
from pytest_traces.adapters.tracium.noted import Noted
from pytest_traces.adapters.tracium.traces import Traces
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.place import Place, here
from pytest_traces.runtime.recording.recorder import Record, now_ms

_DECORATORS = "tracium.instrumentation.decorators"


class Opened(Noted):
    """A span that was made, and perhaps entered."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()
        parent = options.get("parent_span_id")
        self.parent: str | None = None if parent == current_parent_span_id() else parent
        """The parent the program chose; the SDK's own tools pass on the current one."""
        self.started_at = options.get("started_at")


class Spans:
    """Opens and closes the records of spans."""

    def __init__(self, traces: Traces, ledger: Ledger) -> None:
        self._traces = traces
        self._ledger = ledger

    def open(self, context: Any, opened: Opened) -> None:
        """Open a record where the span is entered and stand in it."""
        trace_id = context.state.trace_id
        place = here(trace_id)
        if place is None or (opened.record is not None and opened.record.ended is None):
            return
        with place.recorder.guard("tracium"):
            recorder = place.recorder
            root = self._traces.below(context.state)
            if root is None or root.recorder is not recorder:
                root = self._ledger.find(recorder, trace_id)
            name, call_id = context.name or context.span_type, self._ledger.fresh(recorder, context.span_id)
            parent, elsewhere = self._parent(context, opened, place, root)
            below = Place(recorder, parent, place.lane)
            record = recorder.start(name, context.span_type, place=below, call_id=call_id)
            record.run_id, record.source = trace_id, "tracium"
            record.parent_call_id = None if elsewhere == call_id else elsewhere
            record.set(input=context._input, tags=tuple(context._tags), model=reading.model(context))
            self._ledger.keep(record, context.span_id)
            opened.enter(record)

    def close(self, context: Any, opened: Opened, exc: BaseException | None, caller: str) -> None:
        """Close the record with what the span says at its end."""
        record = opened.record
        if record is None or record.ended is not None:
            return
        with record.recorder.guard("tracium"):
            _note_second_run(record, exc, caller)
            _set_declared_times(record, context, opened)
            status, error = reading.outcome(opened, context._status, context._error, exc)
            record.end(
                status,
                error=error,
                tags=tuple(context._tags),
                model=reading.model(context),
                own_usage=reading.usage(context, caller),
                metadata=opened.metadata | reading.span_metadata(context),
                attributes=reading.span_attributes(context),
            )
            self._traces.span_ended(context.state, record)
        opened.leave()

    def _parent(
        self, context: Any, opened: Opened, place: Place, root: Record | None
    ) -> tuple[Record | None, str | None]:
        """Return the parent, or the id of one that was never recorded here."""
        trace_id = context.state.trace_id
        if opened.parent is not None:
            chosen = self._ledger.find(place.recorder, opened.parent)
            return chosen, None if chosen is not None else opened.parent
        inside = next((record for record in upwards(place.record) if record.source == "tracium"), None)
        if inside is not None and inside.run_id == trace_id:
            return place.record, None  # perhaps another maker's span, below one of ours
        current = self._ledger.find(place.recorder, context.parent_span_id)
        if current is not None and current.run_id == trace_id:
            return current, None
        if root is not None:
            return root, None
        return (place.record, None) if inside is None and place.record is not None else (None, context.parent_span_id)


def _set_declared_times(record: Record, context: Any, opened: Opened) -> None:
    """Believe the times a program reports, as `record_span(latency_ms=45)` does."""
    latency = context._latency_ms
    if opened.started_at is not None:
        record.t0 = opened.started_at.timestamp() * 1e3
        record.t1 = None if latency is None else record.t0 + latency
    elif latency is not None:
        record.t1 = now_ms()
        record.t0 = record.t1 - latency


def _note_second_run(record: Record, exc: BaseException | None, caller: str) -> None:
    """Point out that `@agent_span` runs a function that failed once more, outside of any span."""
    if caller == _DECORATORS and isinstance(exc, Exception) and not isinstance(exc, RuntimeError):
        record.recorder.emit(record, "run_again", {"by": "agent_span", "error": f"{type(exc).__name__}: {exc}"})
