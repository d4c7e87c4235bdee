"""Records OpenTelemetry spans: finds their parents, reads their attributes when they end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from opentelemetry.trace import Span, SpanContext, get_current_span

from pytest_traces.adapters.opentelemetry.recording_span import RecordingSpan
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.conventions.content import SpanEvent
from pytest_traces.conventions.kinds import span_name, span_type, tool_call_id
from pytest_traces.conventions.machinery import is_machinery
from pytest_traces.conventions.reading import read_span
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.fields import status_after
from pytest_traces.runtime.recording.recorder import Record

_FAILED = {"OK": False, "ERROR": True}


class _State:
    """Data of a span that is kept until it ends."""

    __slots__ = ("in_flight", "logs", "scope")

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.in_flight = id(sys.exception())
        """The exception that was being handled when the span started: it does not belong to the span."""
        self.logs: list[SpanEvent] = []


def key_of(context: SpanContext | None) -> str | None:
    """Return the key of a span in its recording; `None` for an invalid context."""
    return f"{context.trace_id:032x}{context.span_id:016x}" if context is not None and context.is_valid else None


class Spans:
    """The spans of one source, from start to end."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def start(
        self,
        name: str,
        *,
        scope: str,
        context: Any = None,
        own: SpanContext | None = None,
        attributes: Mapping[str, Any] | None = None,
        start_time: int | None = None,
    ) -> OpenSpan:
        """Start recording a span; `silent` if nothing records.

        `context` is the OpenTelemetry context it was started in, `None` for the current one. `own` identifies it.
        """
        with self.source.guard():
            held = {} if attributes is None else dict(attributes)
            type = span_type(held)
            repeats = self.source.repeated_by(scope, type)
            above, current = self.of(get_current_span(context)), self.of(get_current_span())
            started = self.source.start(
                span_name(name, held, type),
                type,
                key=key_of(own),
                parent=above,
                exact=current is not None and current is not above,
                run=None if own is None else f"{own.trace_id:032x}",
                call_id=None if repeats else tool_call_id(held, type),  # a span of this adapter has it
                attributes=held,
            )
            record = started.record
            if record is not None:
                started.state = _State(scope)
                record.repeats = repeats
                _hand(record, own)
                if record.parent is not None:
                    record.run_id = None  # the run is the run of the root, which another adapter may have recorded
                if start_time is not None:
                    record.t0 = start_time / 1e6
            return started
        return self.source.silent

    def of(self, span: Span) -> OpenSpan | None:
        """Return the recorded span that stands for one of OpenTelemetry."""
        if isinstance(span, RecordingSpan):
            return span.recorded
        return self.source.find(key_of(span.get_span_context())) or None

    def end(self, recorded: OpenSpan, span: Any, end_time: int | None = None) -> None:
        """End a span with the data of its OpenTelemetry span: `name`, `attributes`, `events` and `status`."""
        record = recorded.record
        if record is None or record.ended is not None:
            return
        with recorded.guard():
            attributes = {**(span.attributes or {}), "otel.scope.name": recorded.state.scope}
            read = read_span(
                span.name,
                attributes,
                _noted(span.events, recorded.state.logs),
                failed=_FAILED.get(span.status.status_code.name),
                message=span.status.description or "",
                t0=record.t0,
            )
            recorded.update(name=read.name, type=read.type)
            record.repeats |= self.source.repeated_by(recorded.state.scope, read.type)
            _name_call(record, read.call_id)
            record.machinery = is_machinery(record, attributes, upwards(record.parent))
            for event in read.events:
                recorded.event(event.name, event.payload, t=event.t)
            status = "cancelled" if read.status == "success" and _was_cancelled(recorded) else read.status
            when = {} if end_time is None else {"t1": end_time / 1e6}
            recorded.end(status, **read.fields, **when)

    def log(self, context: Any, noted: SpanEvent) -> None:
        """Keep a log record as an event of the enclosing span."""
        recorded = self.of(get_current_span(context))
        if recorded is None or recorded.record is None:
            return
        if recorded.record.ended is None:
            recorded.state.logs.append(noted)
        else:
            recorded.event(noted.name, noted.payload, t=noted.t)


def _hand(record: Record, own: SpanContext | None) -> None:
    """Keep a span under the id that its program may hand to another process."""
    if own is not None:
        record.recorder.handed[own.span_id] = record


def _name_call(record: Record, wanted: str | None) -> None:
    """Set the id of a tool call if the span got it after its start."""
    if wanted is None or record.repeats or record.recorder.listeners or record.call_id.partition("#")[0] == wanted:
        return
    record.call_id = record.recorder.call_ids.free(wanted)


def _noted(events: Iterable[Any] | None, logs: Sequence[SpanEvent]) -> Sequence[SpanEvent]:
    """Return the events of a span and its log records, by time."""
    noted = [SpanEvent(event.name, event.timestamp / 1e6, dict(event.attributes or {})) for event in events or ()]
    return sorted([*noted, *logs], key=lambda one: one.t) if logs else noted


def _was_cancelled(recorded: OpenSpan) -> bool:
    """Return whether an interruption ends the span: OpenTelemetry leaves its status unset."""
    error = sys.exception()
    return error is not None and id(error) != recorded.state.in_flight and status_after(error) == "cancelled"
