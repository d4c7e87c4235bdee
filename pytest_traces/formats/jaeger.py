"""Reads Jaeger JSON, the format of Jaeger's page and of its query API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_traces.conventions.content import SpanEvent
from pytest_traces.conventions.lookup import number
from pytest_traces.formats.document import Document, Malformed, list_of
from pytest_traces.formats.spans import ExportedSpan

_FAILED = {"UNSET": None, "OK": False, "ERROR": True}
_SCOPE = ("otel.scope.name", "otel.library.name")


def recognises(body: Any) -> bool:
    """Return whether a document is Jaeger JSON: an answer of its API, a trace or a list of traces."""
    first = body[0] if isinstance(body, list) and body else body
    return isinstance(first, dict) and ("data" in first or {"traceID", "spans"} <= first.keys())


def read(documents: Sequence[Document]) -> Iterator[ExportedSpan]:
    """Read the spans of every trace."""
    for line, body in documents:
        try:
            for trace in _traces(body):
                yield from _read_trace(trace, line)
        except Malformed as error:
            error.line = line
            raise


def _traces(body: Any) -> list[Any]:
    if isinstance(body, list):
        return body
    if isinstance(body, dict) and "data" in body:
        if body["data"] is None and body.get("errors"):
            raise Malformed(f"Jaeger found no trace and answered {body['errors']!r:.200}")
        return list_of(body, "data")
    return [body]


def _read_trace(trace: Any, line: int) -> Iterator[ExportedSpan]:
    if not isinstance(trace, dict) or "spans" not in trace:
        raise Malformed(f"expected a trace with 'spans', found {trace!r:.80}")
    processes = _object(trace.get("processes") or {}, "processes")
    for span in list_of(trace, "spans"):
        process = processes.get(str(_object(span, "a span").get("processID"))) or span.get("process") or {}
        yield _read_span(span, _object(process, "a process").get("serviceName"), line)


def _read_span(span: Mapping[str, Any], service: str | None, line: int) -> ExportedSpan:
    name = str(span.get("operationName") or "")
    if not span.get("spanID"):
        raise Malformed(f"span {name!r} has no spanID")
    t0 = _milliseconds(span, "startTime")
    attributes = _tags(span, "tags")
    return ExportedSpan(
        trace_id=_id(span.get("traceID")) or "",
        span_id=_id(span["spanID"]) or "",
        parent_id=_parent(span),
        name=name,
        t0=t0,
        t1=t0 + _milliseconds(span, "duration"),
        source=str(next((attributes[key] for key in _SCOPE if key in attributes), "jaeger")),
        line=line,
        attributes=attributes,
        events=[_read_log(log) for log in list_of(span, "logs")],
        failed=_has_failed(attributes, name),
        message=_message(attributes),
        service=service,
    )


def _parent(span: Mapping[str, Any]) -> str | None:
    """Return the span's CHILD_OF in the same trace, else its FOLLOWS_FROM; references to other traces are links."""
    found: dict[str, str | None] = {}
    for reference in list_of(span, "references"):
        if _id(_object(reference, "a reference").get("traceID")) == _id(span.get("traceID")):
            found.setdefault(str(reference.get("refType")), _id(reference.get("spanID")))
    return found.get("CHILD_OF") or found.get("FOLLOWS_FROM") or _id(span.get("parentSpanID"))


def _has_failed(attributes: Mapping[str, Any], name: str) -> bool | None:
    """Read the status; the older tag `error` means a failure unless it is false: its value may be a message."""
    code = attributes.get("otel.status_code")
    if code is None:
        return None if str(attributes.get("error") or False).lower() == "false" else True
    if str(code).upper() not in _FAILED:
        hint = f"known are {', '.join(_FAILED)}"
        raise Malformed(f"span {name!r} has the unknown otel.status_code {code!r:.80}", hint=hint)
    return _FAILED[str(code).upper()]


def _message(attributes: Mapping[str, Any]) -> str:
    error = attributes.get("error")
    written = error if isinstance(error, str) and error.lower() != "true" else ""
    return str(attributes.get("otel.status_description") or written)


def _read_log(log: Mapping[str, Any]) -> SpanEvent:
    fields = _tags(_object(log, "a log"), "fields")
    name = fields.pop("event", None) or fields.get("message") or "log"
    return SpanEvent(str(name), _milliseconds(log, "timestamp"), fields)


def _tags(holder: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {str(_object(tag, "a tag").get("key")): _typed(tag) for tag in list_of(holder, key)}


def _object(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed(f"expected {what}, found {value!r:.80}")
    return value


def _typed(tag: Mapping[str, Any]) -> Any:
    """Read the value of a tag; some writers put 64-bit integers and NaN into strings."""
    kind, value = tag.get("type"), tag.get("value")
    if not isinstance(value, str):
        return value
    try:
        if kind == "int64":
            return int(value)
        if kind == "float64":
            return number(value)
    except ValueError:
        return value
    return value.lower() == "true" if kind == "bool" else value


def _id(value: Any) -> str | None:
    """Return a hex id at the width of its kind: some writers drop leading zeros."""
    text = str(value or "").lower()
    return text.zfill(16 if len(text) <= 16 else 32) if text.strip("0") else None


def _milliseconds(holder: Mapping[str, Any], key: str) -> float:
    try:
        return int(holder[key]) / 1000
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Malformed(f"{key} is {holder.get(key)!r:.80}, expected microseconds") from None
