"""How a trace stands: what was slow, whether it failed, or only had to try again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pytest_traces.model.span import Span
from pytest_traces.model.tree import SpanTree

TraceStatus = Literal["running", "success", "warning", "failed"]
"""`failed`: a run failed; `running`: one has not ended; `warning`: one had to retry; else `success`."""

UNNAMED = "?"
"""A step that was skipped, nobody said which."""

UNKNOWN_TOOL = "tool_not_found"
"""The error type of a call whose tool does not exist: Timbal's word for it."""


def trace_status(roots: Iterable[Span], *, retried: bool) -> TraceStatus:
    """Judge a trace by its root spans, as TraceLLM does: a handled failure alone changes nothing."""
    standings = {root.status for root in roots}
    if standings & {"error", "timeout", "blocked", "cancelled"}:
        return "failed"
    if "running" in standings:
        return "running"
    return "warning" if retried else "success"


def slow_spans(spans: Iterable[Span], threshold_ms: float) -> tuple[Span, ...]:
    """Return the spans that took the threshold or longer."""
    return tuple(span for span in spans if lasted_ms(span) >= threshold_ms)


def lasted_ms(span: Span) -> float:
    """Return the milliseconds a span took; one that still runs took the time since it began."""
    return (time.time() * 1_000 if span.t1 is None else span.t1) - span.t0


def unknown_tools(spans: Iterable[Span]) -> list[Span]:
    """Return the calls of tools that do not exist; adapters record them as tools that failed so."""
    return [span for span in spans if span.type == "tool" and span.error and span.error.type == UNKNOWN_TOOL]


def skipped_steps(tree: SpanTree) -> list[tuple[Span, str]]:
    """Return the steps a workflow passed over, with the workflow: adapters note them as `skipped` events."""
    return [
        (tree.by_id[event.call_id], name)
        for event in tree.noted
        if event.type == "skipped" and event.call_id in tree.by_id
        for name in _steps(event.payload)
    ]


def _steps(payload: Any) -> list[str]:
    """Read what was skipped; files from elsewhere may tell of a skip in words nobody here knows."""
    steps = payload.get("steps") if isinstance(payload, Mapping) else None
    return list(map(str, steps)) if isinstance(steps, (list, tuple)) else [UNNAMED]
