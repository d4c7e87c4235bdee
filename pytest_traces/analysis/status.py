"""How a trace stands: what was slow, whether it failed, or only had to try again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pytest_traces.model.span import Span

TraceStatus = Literal["success", "warning", "failed"]
"""`failed`: a run failed; `warning`: one had to retry; else `success`."""


def trace_status(roots: Iterable[Span], *, retried: bool) -> TraceStatus:
    """Judge a trace by its root spans, as TraceLLM does: a handled failure alone changes nothing."""
    if any(root.status in ("error", "timeout", "blocked", "cancelled") for root in roots):
        return "failed"
    return "warning" if retried else "success"


def slow_spans(spans: Iterable[Span], threshold_ms: float) -> tuple[Span, ...]:
    """Return the spans that took the threshold or longer; those still running are left out."""
    return tuple(span for span in spans if span.elapsed is not None and span.elapsed >= threshold_ms)
