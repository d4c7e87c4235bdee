"""Spans that programs and integrations report directly to Tracium's client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracium.core.client import TraciumClient

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.reading import fields_of, unix_ms
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracium import values
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.recorder import Record

_FRAMEWORK_FIELDS = ("status", "depth_level", "parallel_group_id", "sequence_number", "latency_ms")


def watch_client(made: Patches, source: Source) -> None:
    """Record payloads without a span of the SDK, and payloads that correct a span later."""

    def recorded(send: Any) -> Any:
        def record_agent_spans(client: Any, trace_id: str, spans: Any) -> Any:
            payloads = list(spans)  # an iterator is read once
            for payload in payloads:
                _report(source, trace_id, payload)
            return send(client, trace_id, payloads)

        return record_agent_spans

    def amend(client: Any, trace_id: str, span_id: str, update: Any) -> None:
        _report(source, trace_id, {**update, "id": span_id}, amends=True)

    made.wrap(TraciumClient, "record_agent_spans", recorded)
    made.before(TraciumClient, "update_agent_span", amend)


def _report(source: Source, trace_id: str, payload: Mapping[str, Any], *, amends: bool = False) -> None:
    with source.guard():
        span = source.find(payload.get("id"))
        if span.record is None:
            span = _start(source, trace_id, payload)
        elif not amends and "reported" not in span.record.attributes:
            return  # a span of the SDK, which is recorded already
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
    model, span_type = payload.get("model_id"), str(payload.get("span_type") or record.type)
    usage = values.counted(payload, model or record.model, span_type)
    fields = {"output": payload.get("output_text"), "model": model, "own_usage": usage}
    record.set(
        **fields_of(fields, *fields) | fields_of(payload, "input", "output", "metadata"),
        attributes={**record.attributes, **fields_of(payload, *_FRAMEWORK_FIELDS)},
    )
    if payload.get("tags"):
        record.set(tags=tuple(payload["tags"]))
    if "started_at" in payload:
        record.t0 = unix_ms(payload["started_at"])
    if payload.get("status") not in (None, "in_progress"):
        _end(record, str(payload["status"]), payload.get("error"), payload.get("completed_at"))


def _end(record: Record, status: str, error: Any, ended: Any) -> None:
    if ended:
        record.t1 = unix_ms(ended)
    record.error = None if error is None else SpanError(type="Error", message=str(error))
    record.end()
    record.status = "error" if error is not None else values.STATUS.get(status, "success")
