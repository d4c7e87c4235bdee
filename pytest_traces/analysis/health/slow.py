"""Slow spans: the threshold, and the spans at or above it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the plugin imports the threshold when pytest starts, and pydantic is slow to import
    from pytest_traces.model.span import SpanData

SLOW_MS = 1500.0
"""Default of the milliseconds from which a span is slow, as in document 003."""


def slow_spans(spans: Iterable[SpanData], threshold_ms: float) -> tuple[SpanData, ...]:
    """Return the spans that took at least `threshold_ms`."""
    return tuple(span for span in spans if lasted_ms(span) >= threshold_ms)


def lasted_ms(span: SpanData) -> float:
    """Return the duration of a span in milliseconds; for a running one, up to now."""
    return ended_ms(span) - span.t0


def ended_ms(span: SpanData) -> float:
    """Return the end of a span in Unix milliseconds; for a running one, now."""
    return time.time() * 1_000 if span.t1 is None else span.t1


def percentile(durations: Sequence[float], rank: float) -> float:
    """Return a percentile by the nearest rank, which is one of the durations: `percentile(durations, 0.95)`."""
    return sorted(durations)[max(math.ceil(rank * len(durations)) - 1, 0)]
