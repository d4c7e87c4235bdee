"""The status of a trace: whether a run failed, still runs, or had to retry."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_traces.model.span import SpanData
from pytest_traces.model.words.status import FAILED, TraceStatus


def trace_status(roots: Iterable[SpanData], *, retried: bool) -> TraceStatus:
    """Return the status that follows from the root spans, as in TraceLLM: a handled failure alone changes nothing."""
    statuses = {root.status for root in roots}
    if statuses & (FAILED | {"cancelled"}):
        return "failed"
    if "running" in statuses:
        return "running"
    return "warning" if retried else "success"
