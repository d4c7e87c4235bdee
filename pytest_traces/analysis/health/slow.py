"""Slow spans: the threshold, and the spans at or above it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the plugin reads the threshold when pytest starts; the models wait
    from pytest_traces.model.span import SpanData

SLOW_MS = 1500.0
"""Milliseconds from which a span is slow unless configured: document 003's threshold."""


def slow_spans(spans: Iterable[SpanData], threshold_ms: float) -> tuple[SpanData, ...]:
    """Return the spans that took the threshold or longer."""
    return tuple(span for span in spans if lasted_ms(span) >= threshold_ms)


def lasted_ms(span: SpanData) -> float:
    """Return the milliseconds a span took; one that still runs took the time since it began."""
    return ended_ms(span) - span.t0


def ended_ms(span: SpanData) -> float:
    """Return when a span ended, in Unix milliseconds; one that still runs ends now."""
    return time.time() * 1_000 if span.t1 is None else span.t1


def percentile(durations: Sequence[float], rank: float) -> float:
    """Return a percentile by the nearest rank, so a duration that occurred: `percentile(durations, 0.95)`."""
    return sorted(durations)[max(math.ceil(rank * len(durations)) - 1, 0)]
