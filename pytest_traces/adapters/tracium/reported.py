"""Spans that programs and integrations report straight to Tracium's client."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tracium.core.client import TraciumClient

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.tracium import reading
from pytest_traces.adapters.tracium.ledger import Ledger
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.place import Place, here
from pytest_traces.runtime.recording.recorder import Record

_FRAMEWORK_FIELDS = ("status", "depth_level", "parallel_group_id", "sequence_number", "latency_ms")


def watch_client(made: Patches, ledger: Ledger) -> None:
    """Record the payloads that stand for no span of the SDK, and the ones that correct it afterwards."""

    def record_agent_spans(client: Any, trace_id: str, spans: Any) -> Any:
        payloads = list(spans)
        for payload in payloads:
            _report(ledger, trace_id, payload)
        return send(client, trace_id, payloads)

    def update_agent_span(client: Any, trace_id: str, span_id: str, update: Any) -> Any:
        _report(ledger, trace_id, {**update, "id": span_id}, amends=True)
        return amend(client, trace_id, span_id, update)

    send = made.swap(TraciumClient, "record_agent_spans", record_agent_spans)
    amend = made.swap(TraciumClient, "update_agent_span", update_agent_span)


def _report(ledger: Ledger, trace_id: str, payload: Mapping[str, Any], *, amends: bool = False) -> None:
    place = here(trace_id)
    if place is None:
        return
    with place.recorder.guard("tracium"):
        record = ledger.find(place.recorder, payload.get("id"))
        if record is None:
            record = _start(ledger, place, trace_id, payload)
        elif not amends and "reported" not in record.attributes:
            return  # a live span, told by its context
        _fill(record, payload)


def _start(ledger: Ledger, place: Place, trace_id: str, payload: Mapping[str, Any]) -> Record:
    recorder, span_type = place.recorder, str(payload.get("span_type") or "span")
    parent = ledger.find(recorder, payload.get("parent_span_id")) or ledger.find(recorder, trace_id)
    below = Place(recorder, parent, place.lane)
    record = recorder.start(str(payload.get("name") or span_type), span_type, place=below, call_id=payload.get("id"))
    record.run_id, record.source = trace_id, "tracium"
    record.attributes = {"reported": True}
    if parent is None:
        record.parent_call_id = payload.get("parent_span_id")
    ledger.keep(record, record.call_id)
    return record


def _fill(record: Record, payload: Mapping[str, Any]) -> None:
    status, span_type = payload.get("status"), str(payload.get("span_type") or record.type)
    output = payload.get("output", payload.get("output_text"))
    facts: dict[str, Any] = {
        "input": payload.get("input"),
        "output": output,
        "tags": tuple(payload["tags"]) if payload.get("tags") else None,
        "model": payload.get("model_id"),
        "metadata": payload.get("metadata"),
        "own_usage": reading.counted(payload, payload.get("model_id") or record.model, span_type),
        "attributes": {**record.attributes, **{name: payload[name] for name in _FRAMEWORK_FIELDS if name in payload}},
    }
    record.set(**{name: fact for name, fact in facts.items() if fact is not None})
    if "started_at" in payload:
        record.t0 = _ms(payload["started_at"])
    if status not in (None, "in_progress"):
        _end(record, str(status), payload)


def _end(record: Record, status: str, payload: Mapping[str, Any]) -> None:
    error = payload.get("error")
    if payload.get("completed_at"):
        record.t1 = _ms(payload["completed_at"])
    record.error = None if error is None else SpanError(type="Error", message=str(error))
    record.end()
    record.status = "error" if error is not None else reading.STATUS.get(status, "success")


def _ms(moment: Any) -> float:
    when = moment if isinstance(moment, datetime) else datetime.fromisoformat(str(moment))
    return when.timestamp() * 1e3
