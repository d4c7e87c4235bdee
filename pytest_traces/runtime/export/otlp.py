"""Spans as OTLP/JSON: what every OpenTelemetry backend reads.

The `gen_ai.*` attributes are OpenTelemetry's own words for backends; the `pytest_traces.*` ones keep what
those cannot say, so that reading a file back loses nothing but lanes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanData
from pytest_traces.model.span_types import MODEL_CALLS
from pytest_traces.model.usage import Usage

OWN = "pytest_traces."
"""Prefix of the attributes only we write."""

_SCOPE = {"name": "pytest_traces"}
_INTERNAL, _CLIENT = 1, 3  # SpanKind
_CODES = {"success": 1, "error": 2, "timeout": 2}  # StatusCode; the others stay unset
_OPERATIONS = {
    "llm": "chat",
    "tool": "execute_tool",
    "agent": "invoke_agent",
    "embedding": "embeddings",
    "workflow": "invoke_workflow",
    "retrieval": "retrieval",
}
_UNITS = {
    "gen_ai.usage.input_tokens": "input_tokens",
    "gen_ai.usage.output_tokens": "output_tokens",
    "gen_ai.usage.cache_read.input_tokens": "cached_input_tokens",
    "gen_ai.usage.cache_creation.input_tokens": "cache_creation_input_tokens",
    "gen_ai.usage.reasoning.output_tokens": "reasoning_tokens",
}


def encode_otlp(
    spans: Iterable[SpanData], events: Iterable[Event] = (), resource: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the body of an OTLP/HTTP request, which is also what OTLP files hold.

    `events` are the ones beside `start` and `output`, as in `encode_otlp(tree.spans, tree.noted)`.
    """
    by_call: dict[str, list[Event]] = {}
    for event in events:
        by_call.setdefault(event.call_id, []).append(event)
    traces: dict[str, str] = {}
    encoded = []
    for span in spans:
        # A run started by another run belongs to its trace: OpenTelemetry knows parents within one trace only.
        traces[span.call_id] = traces.get(span.parent_call_id or "") or trace_id(span.run_id)
        encoded.append(_span(span, by_call.get(span.call_id, ())) | {"traceId": traces[span.call_id]})
    about = {"service.name": "unknown_service", **(resource or {})}
    return {
        "resourceSpans": [
            {"resource": {"attributes": _attributes(about)}, "scopeSpans": [{"scope": _SCOPE, "spans": encoded}]}
        ]
    }


def trace_id(run_id: str) -> str:
    """Return 32 hex digits for a run: its id where it is a UUID or already that, else a digest of it."""
    return _hex_id(run_id, 16)


def span_id(call_id: str) -> str:
    """Return 16 hex digits for a call: its id where it is already that, else a digest of it."""
    return _hex_id(call_id, 8)


def _hex_id(id: str, size: int) -> str:
    digits = id.replace("-", "").lower()
    if re.fullmatch(rf"[0-9a-f]{{{2 * size}}}", digits) and digits.strip("0"):
        return digits
    return blake2b(id.encode(), digest_size=size).hexdigest()


def _span(span: SpanData, events: Sequence[Event]) -> dict[str, Any]:
    encoded: dict[str, Any] = {
        "spanId": span_id(span.call_id),
        "name": span.name,
        "kind": _CLIENT if span.type in MODEL_CALLS else _INTERNAL,
        "startTimeUnixNano": _nanos(span.t0),
        "attributes": _attributes(_common(span) | _own(span)),
        "status": _status(span),
    }
    if span.parent_call_id is not None:
        encoded["parentSpanId"] = span_id(span.parent_call_id)
    if span.t1 is not None:
        encoded["endTimeUnixNano"] = _nanos(span.t1)
    told = [_event(event.t, event.type, {OWN + "payload": _json(event.payload)}) for event in events]
    if span.error is not None:
        about = {
            "exception.type": span.error.type,
            "exception.message": span.error.message,
            "exception.stacktrace": span.error.traceback,
        }
        told.append(_event(span.t0 if span.t1 is None else span.t1, "exception", about))
    return encoded | ({"events": told} if told else {})


def _common(span: SpanData) -> dict[str, Any]:
    """Say it in the words of OpenTelemetry's GenAI conventions."""
    said: dict[str, Any] = {
        "gen_ai.operation.name": _OPERATIONS.get(span.type),
        "gen_ai.request.model": span.model,
        "error.type": span.error.type if span.error is not None else None,
    }
    if span.type in ("agent", "tool"):
        said[f"gen_ai.{span.type}.name"] = span.name
    used = Usage(by_model=span.own_usage.by_model)
    if used:
        said |= {name: getattr(used, unit) or None for name, unit in _UNITS.items()}
    return said


def _own(span: SpanData) -> dict[str, Any]:
    said: dict[str, Any] = {
        "type": span.type,
        "path": span.path,
        "call_id": span.call_id,
        "parent_call_id": span.parent_call_id,
        "run_id": span.run_id,
        "status": span.status,
        "source": span.source,
        "tags": list(span.tags) or None,
        "input": _json(span.input),
        "output": _json(span.output),
        "metadata": _json(span.metadata or None),
        "attributes": _json(span.attributes or None),
        "own_usage": _json(span.own_usage.flat() or None),
    }
    return {OWN + name: value for name, value in said.items()}


def _status(span: SpanData) -> dict[str, Any]:
    code = _CODES.get(span.status, 0)
    return {"code": code, "message": str(span.error)} if span.error is not None and code == 2 else {"code": code}


def _event(t: float, name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    return {"timeUnixNano": _nanos(t), "name": name, "attributes": _attributes(about)}


def _nanos(ms: float) -> str:
    whole, part = divmod(ms, 1.0)  # their product with a million is beyond a float's 53 bits
    return str(int(whole) * 1_000_000 + round(part * 1e6))


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _attributes(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in said.items() if value is not None]


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
