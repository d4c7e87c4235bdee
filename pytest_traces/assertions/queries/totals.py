"""Sums over spans: tokens, cost, time."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.span import SpanData


def with_descendants(scope: Scope) -> Sequence[SpanData]:
    """Return the spans and their descendants, each span once."""
    return [*scope.tree.below(scope.spans)]


def total_usage(scope: Scope) -> Usage:
    """Return the usage of the spans and their descendants, each call once; raise `SpanNotFound` without spans."""
    __tracebackhide__ = True
    scope.require_some("span to count the usage of")
    own = (span.own_usage for span in with_descendants(scope))
    return Usage.total(usage for usage in own if usage.by_model or usage.counters or usage.unreported)


def total_elapsed(scope: Scope) -> float | None:
    """Return the milliseconds in which a span ran, `None` while one runs; raise `SpanNotFound` without spans."""
    __tracebackhide__ = True
    scope.require_some("span to measure the time of")
    total, reach = 0.0, -math.inf
    for span in sorted(scope.spans, key=lambda span: span.t0):
        if span.t1 is None:
            return None
        total += max(span.t1 - max(span.t0, reach), 0.0)  # max() keeps its first argument if that is NaN
        reach = max(reach, span.t1)
    return total
