"""Spans that programs and integrations report straight to Tracium's client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracium.core.client import TraciumClient

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.times import unix_ms
from pytest_traces.adapters.tracium import values
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.recorder import Record

_FRAMEWORK_FIELDS = ("status", "depth_level", "parallel_group_id", "sequence_number", "latency_ms")


def watch_client(made: Patches, source: Source) -> None:
    """Record the payloads that stand for no span of the SDK, and the ones that correct it afterwards."""

    def record_agent_spans(client: Any, trace_id: str, spans: Any) -> Any:
        payloads = list(spans)
        for payload in payloads:
            _report(source, trace_id, payload)
        return send(client, trace_id, payloads)

    def update_agent_span(client: Any, trace_id: str, span_id: str, update: Any) -> Any:
        _report(source, trace_id, {**update, "id": span_id}, amends=True)
        return amend(client, trace_id, span_id, update)

    send = made.swap(TraciumClient, "record_agent_spans", record_agent_spans)
    amend = made.swap(TraciumClient, "update_agent_span", update_agent_span)


def _report(source: Source, trace_id: str, payload: Mapping[str, Any], *, amends: bool = False) -> None:
    with source.guard():
        span = source.find(payload.get("id"))
        if span.record is None:
            span = _start(source, trace_id, payload)
        elif not amends and "reported" not in span.record.attributes:
            return  # a live span, told by its context
        if span.record is not None:
            _fill(span.record, payload)


def _start(source: Source, trace_id: str, payload: Mapping[str, Any]) -> OpenSpan:
    span_type = str(payload.get("span_type") or "span")
    parent = source.find(payload.get("parent_span_id")) or source.find(trace_id)
    return source.start(
        str(payload.get("name") or span_type),
        span_type,
        call_id=payload.get("id"),
        run=trace_id,
        exact=True,
        parent=parent or payload.get("parent_span_id") or "",
        attributes={"reported": True},
    )


def _fill(record: Record, payload: Mapping[str, Any]) -> None:
    status, span_type = payload.get("status"), str(payload.get("span_type") or record.type)
    output = payload.get("output", payload.get("output_text"))
    facts: dict[str, Any] = {
        "input": payload.get("input"),
        "output": output,
        "tags": tuple(payload["tags"]) if payload.get("tags") else None,
        "model": payload.get("model_id"),
        "metadata": payload.get("metadata"),
        "own_usage": values.counted(payload, payload.get("model_id") or record.model, span_type),
        "attributes": {**record.attributes, **{name: payload[name] for name in _FRAMEWORK_FIELDS if name in payload}},
    }
    record.set(**{name: fact for name, fact in facts.items() if fact is not None})
    if "started_at" in payload:
        record.t0 = unix_ms(payload["started_at"])
    if status not in (None, "in_progress"):
        _end(record, str(status), payload)


def _end(record: Record, status: str, payload: Mapping[str, Any]) -> None:
    error = payload.get("error")
    if payload.get("completed_at"):
        record.t1 = unix_ms(payload["completed_at"])
    record.error = None if error is None else SpanError(type="Error", message=str(error))
    record.end()
    record.status = "error" if error is not None else values.STATUS.get(status, "success")
