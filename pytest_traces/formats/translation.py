"""Translates exported spans into fields of the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_traces.conventions.lookup import decode, half_character
from pytest_traces.conventions.reading import SpanReading, exception_of, read_span
from pytest_traces.conventions.writing import ERROR_TYPE, JSON_FIELDS, MODEL, OWN
from pytest_traces.formats.document import Malformed, refuse_unknown
from pytest_traces.formats.spans import ExportedSpan, FileNote, FileSpan
from pytest_traces.formats.validation import checked_own_span, checked_span, checked_usage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanData


def translate(exported: Iterable[ExportedSpan]) -> Iterator[FileSpan]:
    """Translate the spans of a file; if two traces share a span id, it becomes longer."""
    spans = [span for span in exported if span.attributes.get("logfire.span_type") != "pending_span"]
    ambiguous = len({span.span_id for span in spans}) < len({(span.trace_id, span.span_id) for span in spans})
    for span in spans:
        if ambiguous:
            span.span_id = f"{span.trace_id}:{span.span_id}"
            span.parent_id = span.parent_id and f"{span.trace_id}:{span.parent_id}"
    read = [(span, None if OWN + "type" in span.attributes else _read(span)) for span in spans]
    call_ids = _call_ids(read)
    for span, reading in read:
        span.parent_id = call_ids.get(span.parent_id or "", span.parent_id)
        if reading is None:
            yield _our_own(span)
        else:
            yield _foreign(span, reading, call_ids.get(span.span_id, span.span_id))


def _read(span: ExportedSpan) -> SpanReading:
    return read_span(
        span.name,
        span.attributes,
        span.events,
        failed=span.failed,
        message=span.message,
        t0=span.t0,
        ended=span.t1 is not None,
    )


def _call_ids(read: Iterable[tuple[ExportedSpan, SpanReading | None]]) -> dict[str, str]:
    """Return the call ids of tool calls by span id, as the model asked for them.

    Several spans with one such id are attempts of one call; the first of them gets it.
    """
    by_start = sorted(read, key=lambda pair: pair[0].t0)
    taken = {span.span_id for span, _ in by_start}
    call_ids: dict[str, str] = {}
    for span, reading in by_start:
        asked = None if reading is None else reading.call_id
        if asked is not None and asked not in taken and span.span_id not in call_ids:
            call_ids[span.span_id] = asked
            taken.add(asked)
    return call_ids


def _our_own(span: ExportedSpan) -> FileSpan:
    """Read a span that pytest-traces itself exported."""
    own = {name.removeprefix(OWN): value for name, value in span.attributes.items() if name.startswith(OWN)}
    for name in JSON_FIELDS:
        own[name] = _ours(own.get(name), span)
    usage = own.pop("own_usage")
    refuse_unknown(own, set(SpanData.model_fields) - {"usage"}, f"span {span.name!r}", line=span.line)
    fields: dict[str, Any] = {
        "call_id": span.span_id,
        "parent_call_id": span.parent_id,
        "run_id": span.trace_id,
        **{name: value for name, value in own.items() if value is not None},
        "name": span.name,
        "t0": span.t0,
        "t1": span.t1,
        "usage": checked_usage(usage, span.name),
        "error": exception_of(span.attributes, span.events, span.message) if ERROR_TYPE in span.attributes else None,
        "model": span.attributes.get(MODEL),
    }
    kept = [event for event in span.events if event.name != "exception" or OWN + "payload" in event.attributes]
    notes = [FileNote(event.name, event.t, _ours(event.attributes.get(OWN + "payload"), span)) for event in kept]
    return FileSpan(checked_own_span(fields, span.line), span.line, notes, exported_id=span.span_id)


def _ours(value: Any, span: ExportedSpan) -> Any:
    """Decode a value that pytest-traces wrote: every such value is JSON."""
    try:
        read = None if value is None else decode(value)
    except (TypeError, ValueError, RecursionError):
        raise Malformed(f"span {span.name!r} holds {value!r:.80}, expected JSON", line=span.line) from None
    if half_character(read, str(value)) is not None:
        raise Malformed(f"span {span.name!r} holds {value!r:.80}, a text with half a character", line=span.line)
    return read


def _foreign(span: ExportedSpan, read: SpanReading, call_id: str) -> FileSpan:
    fields = {
        **{name: value for name, value in read.fields.items() if name != "own_usage"},
        "name": read.name,
        "type": read.type,
        "status": read.status,
        "call_id": call_id,
        "parent_call_id": span.parent_id,
        "run_id": span.trace_id or span.span_id,
        "t0": span.t0,
        "t1": span.t1,
        "usage": Usage() if read.own_usage is None else read.own_usage,
        "metadata": read.metadata if span.service is None else {**read.metadata, "service": span.service},
        "source": span.source,
    }
    notes = [FileNote(event.name, event.t, event.payload) for event in read.events]
    return FileSpan(checked_span(fields, span.line), span.line, notes, exported_id=span.span_id, foreign=True)
