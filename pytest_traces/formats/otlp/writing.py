"""Writes spans as OTLP/JSON for every OpenTelemetry backend; only lanes are lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from pytest_traces.conventions.writing import write_error, write_payload, write_span
from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanData
from pytest_traces.model.words.span_types import MODEL_CALLS
from pytest_traces.model.words.status import FAILED

_SCOPE = {"name": "pytest_traces"}
_INTERNAL, _CLIENT = 1, 3  # SpanKind
_UNSET, _OK, _ERROR = 0, 1, 2  # StatusCode


def encode_otlp(
    spans: Iterable[SpanData], events: Iterable[Event] = (), resource: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the body of an OTLP/HTTP request, which is also a line of an OTLP file.

    `events` leaves out `start` and `output`, as in `encode_otlp(tree.spans, tree.noted)`.
    """
    by_call: dict[str, list[Event]] = {}
    for event in events:
        by_call.setdefault(event.call_id, []).append(event)
    traces: dict[str, str] = {}
    encoded = []
    for span in spans:
        # A run that another run started belongs to its trace: in OpenTelemetry a parent is in the same trace.
        traces[span.call_id] = traces.get(span.parent_call_id or "") or _trace_id(span.run_id)
        encoded.append(_span(span, by_call.get(span.call_id, ())) | {"traceId": traces[span.call_id]})
    service = {"service.name": "unknown_service", **(resource or {})}
    return {
        "resourceSpans": [
            {"resource": {"attributes": _attributes(service)}, "scopeSpans": [{"scope": _SCOPE, "spans": encoded}]}
        ]
    }


def _trace_id(run_id: str) -> str:
    """Return 32 hex digits for a run: its id if that is a UUID or 32 hex digits, else a digest of it."""
    return _hex_id(run_id, 16)


def _span_id(call_id: str) -> str:
    """Return 16 hex digits for a call: its id if that is 16 hex digits, else a digest of it."""
    return _hex_id(call_id, 8)


def _hex_id(id: str, size: int) -> str:
    digits = id.replace("-", "").lower()
    if re.fullmatch(rf"[0-9a-f]{{{2 * size}}}", digits) and digits.strip("0"):
        return digits
    return blake2b(id.encode(), digest_size=size).hexdigest()


def _span(span: SpanData, events: Sequence[Event]) -> dict[str, Any]:
    encoded: dict[str, Any] = {
        "spanId": _span_id(span.call_id),
        "name": span.name,
        "kind": _CLIENT if span.type in MODEL_CALLS else _INTERNAL,
        "startTimeUnixNano": _nanos(span.t0),
        "attributes": _attributes(write_span(span)),
        "status": _status(span),
    }
    if span.parent_call_id is not None:
        encoded["parentSpanId"] = _span_id(span.parent_call_id)
    if span.t1 is not None:
        encoded["endTimeUnixNano"] = _nanos(span.t1)
    noted = [_event(event.t, event.type, write_payload(event.payload)) for event in events]
    if span.error is not None:
        noted.append(_event(span.t0 if span.t1 is None else span.t1, "exception", write_error(span.error)))
    return encoded | ({"events": noted} if noted else {})


def _status(span: SpanData) -> dict[str, Any]:
    if span.status in FAILED:
        return {"code": _ERROR} if span.error is None else {"code": _ERROR, "message": str(span.error)}
    return {"code": _OK if span.status == "success" else _UNSET}


def _event(t: float, name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {"timeUnixNano": _nanos(t), "name": name, "attributes": _attributes(attributes)}


def _nanos(ms: float) -> str:
    whole, part = divmod(ms, 1.0)  # integers: the product with a million needs more than the 53 bits of a float
    return str(int(whole) * 1_000_000 + round(part * 1e6))


def _attributes(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(item) for item in value]}}
    return {"stringValue": str(value)}
