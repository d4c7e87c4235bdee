"""How a trace stands: what was slow, whether it failed, or only had to try again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pytest_traces.model.span import Span
from pytest_traces.model.tree import SpanTree

TraceStatus = Literal["success", "warning", "failed"]
"""`failed`: a run failed; `warning`: one had to retry; else `success`."""

UNKNOWN_TOOL = "tool_not_found"
"""The error type of a call whose tool does not exist: Timbal's word for it."""


def trace_status(roots: Iterable[Span], *, retried: bool) -> TraceStatus:
    """Judge a trace by its root spans, as TraceLLM does: a handled failure alone changes nothing."""
    if any(root.status in ("error", "timeout", "blocked", "cancelled") for root in roots):
        return "failed"
    return "warning" if retried else "success"


def slow_spans(spans: Iterable[Span], threshold_ms: float) -> tuple[Span, ...]:
    """Return the spans that took the threshold or longer; those still running are left out."""
    return tuple(span for span in spans if span.elapsed is not None and span.elapsed >= threshold_ms)


def unknown_tools(spans: Iterable[Span]) -> list[Span]:
    """Return the calls of tools that do not exist; adapters record them as tools that failed so."""
    return [span for span in spans if span.type == "tool" and span.error and span.error.type == UNKNOWN_TOOL]


def skipped_steps(tree: SpanTree) -> list[tuple[Span, str]]:
    """Return the steps a workflow passed over, with the workflow: adapters note them as `skipped` events."""
    return [
        (tree.by_id[event.call_id], name)
        for event in tree.noted
        if event.type == "skipped" and event.call_id in tree.by_id
        for name in event.payload["steps"]
    ]
