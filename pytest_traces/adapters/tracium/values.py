"""Tracium's data as fields of our model."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pytest_traces.adapters.toolkit.reading import fields_of
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.conventions.units import TRACIUM, TRACIUM_DISJOINT, Units, count_usage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.status import Status
from pytest_traces.runtime.recording.fields import status_after

STATUS: Mapping[str, Status] = {
    "blocked": "blocked",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "error": "error",
    "failed": "error",
    "timeout": "timeout",
}
_EXCLUDE_CACHED = frozenset({"tracium.integrations.openai", "tracium.integrations.anthropic.tracing"})
"""Their input tokens leave out cached ones; programs and other integrations include them."""


class Remarks:
    """The span of a trace or a span of Tracium, with the data that Tracium drops."""

    def __init__(self) -> None:
        self.span = OpenSpan("tracium", None)
        """Silent until the trace or span begins, and where nothing records."""
        self.metadata: dict[str, Any] = {}
        self.message: str | None = None
        """The error message with which the program marked it as failed."""
        self.cause: BaseException | None = None
        """The exception that was being handled then."""
        self._surrounding = sys.exception()

    def add_metadata(self, metadata: Any) -> None:
        """Keep metadata that the SDK drops."""
        if isinstance(metadata, Mapping):
            self.metadata.update(metadata)

    def note_failure(self, message: Any) -> None:
        """Keep the message and the handled exception, unless the whole span runs inside that handler."""
        handled = sys.exception()
        self.message = str(message)
        self.cause = None if handled is self._surrounding else handled


def outcome(
    remarks: Remarks, word: str, text: str | None, exc: BaseException | None
) -> tuple[Status, SpanError | None]:
    """Return how a trace or span ended.

    `word` and `text` are status and error of the SDK; the text is often a whole traceback.
    A message of the program replaces that of the exception.
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
    return STATUS.get(word, "success"), None


def usage(context: Any, integration: str) -> Usage | None:
    """Return the tokens of a span."""
    units = TRACIUM_DISJOINT if integration in _EXCLUDE_CACHED else TRACIUM
    fields = {unit: getattr(context, f"_{unit}") for unit in TRACIUM}
    return counted(fields, model(context), context.span_type, units)


def counted(fields: Mapping[str, Any], model: str | None, span_type: str, units: Units = TRACIUM) -> Usage | None:
    """Return the tokens in a payload."""
    used = count_usage(units, fields, requests=1 if span_type == "llm" else 0)
    return None if used is None else Usage(by_model={model or "unknown": used})


def model(context: Any) -> str | None:
    """Return the model of a span; a model call without one has the model of its trace."""
    own: str | None = context._model_id
    return own or (context.state.model_id if context.span_type == "llm" else None)


def span_metadata(context: Any) -> dict[str, Any]:
    """Return further data of the program about a span."""
    fields = fields_of(context, "_tools", "_tool_calls", "_tool_call_id") | {"tenant_id": context._get_tenant_id()}
    return {name.removeprefix("_"): value for name, value in fields.items() if value is not None}


def span_attributes(context: Any) -> dict[str, Any]:
    """Return the SDK's own data of a span; it derives parallel groups from the clock."""
    ids = fields_of(context, "span_id", "parent_span_id", "depth_level", "parallel_group_id", "sequence_number")
    return ids | fields_of(context.last_payload or {}, "status", "latency_ms", "started_at", "ended_at")


def trace_metadata(state: Any) -> dict[str, Any]:
    """Return further data of the program about a trace."""
    steps = [{"name": name, "model": model, "system_prompt": prompt} for name, model, prompt in state._llm_info]
    return fields_of(state, "version", "workspace_id", "summary") | ({"llm_steps": steps} if steps else {})


def trace_attributes(state: Any) -> dict[str, Any]:
    """Return the SDK's own data of a trace."""
    return fields_of(state, "trace_id", "status", "error", "duration_ms")
