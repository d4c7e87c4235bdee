"""Tracium's words in ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_traces.adapters.tracium.remarks import Remarks
from pytest_traces.conventions.units import TRACIUM, TRACIUM_DISJOINT, Units, count_usage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.status import Status
from pytest_traces.runtime.recording.outcome import status_after

STATUS: Mapping[str, Status] = {
    "blocked": "blocked",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "error": "error",
    "failed": "error",
    "timeout": "timeout",
}
_EXCLUDE_CACHED = frozenset({"tracium.integrations.openai", "tracium.integrations.anthropic.tracing"})
"""They report input tokens without those of the cache; programs and the other integrations include them."""


def outcome(
    remarks: Remarks, said: str, text: str | None, exc: BaseException | None
) -> tuple[Status, SpanError | None]:
    """Return how a trace or span ended.

    What the program says goes before what its exception says; `text` is the SDK's, often a whole traceback.
    """
    if exc is not None:
        own = str(exc) if remarks.message is None else remarks.message
        status = status_after(exc)
        return status, None if status == "cancelled" else SpanError(
            type=type(exc).__name__, message=own, traceback=text
        )
    message = remarks.message if remarks.message is not None else text
    if message is not None:
        return "error", SpanError(type=type(remarks.cause).__name__ if remarks.cause else "Error", message=message)
    return STATUS.get(said, "success"), None


def usage(context: Any, integration: str) -> Usage | None:
    """Return the tokens of a span."""
    units = TRACIUM_DISJOINT if integration in _EXCLUDE_CACHED else TRACIUM
    told = {unit: getattr(context, f"_{unit}") for unit in TRACIUM}
    return counted(told, model(context), context.span_type, units)


def counted(told: Mapping[str, Any], model: str | None, span_type: str, units: Units = TRACIUM) -> Usage | None:
    """Return the tokens in a payload."""
    used = count_usage(units, told, requests=1 if span_type == "llm" else 0)
    return None if used is None else Usage(by_model={model or "unknown": used})


def model(context: Any) -> str | None:
    """Return the model of a span; the trace's stands for those of its model calls that name none."""
    own: str | None = context._model_id
    return own or (context.state.model_id if context.span_type == "llm" else None)


def span_metadata(context: Any) -> dict[str, Any]:
    """Return what the program said about a span beside its metadata."""
    return _said(
        tools=context._tools,
        tool_calls=context._tool_calls,
        tool_call_id=getattr(context, "_tool_call_id", None),
        tenant_id=context._get_tenant_id(),
    )


def span_attributes(context: Any) -> dict[str, Any]:
    """Return what the SDK says about a span; its parallel groups are a guess by the clock."""
    payload = context.last_payload or {}
    return _said(
        span_id=context.span_id,
        parent_span_id=context.parent_span_id,
        status=payload.get("status"),
        depth_level=context.depth_level,
        parallel_group_id=context.parallel_group_id,
        sequence_number=context.sequence_number,
        latency_ms=payload.get("latency_ms"),
        started_at=payload.get("started_at"),
        ended_at=payload.get("ended_at"),
    )


def trace_metadata(state: Any) -> dict[str, Any]:
    """Return what the program said about a trace beside its metadata."""
    steps = [{"name": name, "model": model, "system_prompt": prompt} for name, model, prompt in state._llm_info]
    return _said(version=state.version, workspace_id=state.workspace_id, summary=state.summary, llm_steps=steps or None)


def trace_attributes(state: Any) -> dict[str, Any]:
    """Return what the SDK says about a trace."""
    return _said(trace_id=state.trace_id, status=state.status, error=state.error, duration_ms=state.duration_ms)


def _said(**facts: Any) -> dict[str, Any]:
    return {name: fact for name, fact in facts.items() if fact is not None}
