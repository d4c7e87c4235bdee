"""Writes a span as attributes: by the GenAI conventions for backends, and our own for all other fields."""

from __future__ import annotations

import json
from typing import Any

from pytest_traces.conventions.kinds import OPERATIONS
from pytest_traces.conventions.usage import TOKENS
from pytest_traces.model.consumption.model_usage import TOKEN_UNITS
from pytest_traces.model.span import SpanData, SpanError

OWN = "pytest_traces."
"""Prefix of our own attributes."""

JSON_FIELDS = ("input", "output", "metadata", "attributes", "own_usage")
"""Own attributes whose values are JSON."""

MODEL, ERROR_TYPE = "gen_ai.request.model", "error.type"

_OPERATIONS = {type: operation for operation, type in reversed(OPERATIONS.items())}
_COUNTS = {unit: str(TOKENS[unit][0]) for unit in TOKEN_UNITS}


def write_span(span: SpanData) -> dict[str, Any]:
    """Return the attributes of a span; times, ids and events have other places."""
    return {name: value for name, value in (_conventional(span) | _own(span)).items() if value is not None}


def write_error(error: SpanError) -> dict[str, Any]:
    """Return the attributes of the `exception` event of a span that failed."""
    attributes = {
        "exception.type": error.type,
        "exception.message": error.message,
        "exception.stacktrace": error.traceback,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def write_payload(payload: Any) -> dict[str, Any]:
    """Return the attributes of any other event."""
    return {} if payload is None else {OWN + "payload": _json(payload)}


def _conventional(span: SpanData) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "gen_ai.operation.name": _OPERATIONS.get(span.type),
        MODEL: span.model,
        ERROR_TYPE: span.error.type if span.error is not None else None,
    }
    if span.type in ("agent", "tool"):
        attributes[f"gen_ai.{span.type}.name"] = span.name
    for unit, name in _COUNTS.items():
        counts = [getattr(used, unit) for used in span.own_usage.by_model.values()]
        attributes[name] = sum(counts) if counts and None not in counts else None
    return attributes


def _own(span: SpanData) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "type": span.type,
        "path": span.kept_path,
        "call_id": span.call_id,
        "parent_call_id": span.parent_call_id,
        "run_id": span.run_id,
        "status": span.status,
        "source": span.source,
        "retry_of": span.retry_of,
        "acted": span.acted,
        "tags": list(span.tags) or None,
        "input": _json(span.input),
        "output": _json(span.output),
        "metadata": _json(span.metadata or None),
        "attributes": _json(span.attributes or None),
        "own_usage": _json(span.own_usage.flat() or None),
    }
    return {OWN + name: value for name, value in attributes.items()}


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
