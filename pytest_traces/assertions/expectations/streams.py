"""Expectations on streams: when the first piece came, and whether the stream was read to its end."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pytest_traces.analysis.health.streams import broken_off, first_chunks
from pytest_traces.assertions.expectations.faults import mismatch, names_of, require_spans
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.errors import Mismatch, SpanNotFound, TracesError
from pytest_traces.model.span import SpanData


def check_streams_ended(scope: Scope, asked: Conditions) -> None:
    """Fail if a matching stream was not read to its end, or if none matches."""
    __tracebackhide__ = True
    require_spans(scope)
    left = broken_off(_streams(scope, asked, first_chunks(scope.tree)))
    if left:
        facts = [f"{names_of(spans)} {'was' if len(spans) == 1 else 'were'} {how}" for how, spans in left.items()]
        headline = f"expected every stream to be read to its end, {' and '.join(facts)}"
        notes = {span.call_id: how for how, spans in left.items() for span in spans}
        raise Mismatch(headline, tree=scope.draw(notes))


def check_first_chunk(scope: Scope, asked: Conditions, within_ms: float) -> None:
    """Fail if a matching stream gave its first piece too late, or if none matches."""
    __tracebackhide__ = True
    if isinstance(within_ms, bool) or not isinstance(within_ms, (int, float)) or not within_ms >= 0:
        raise TracesError(f"within_ms is a number from 0, got {within_ms!r}")
    require_spans(scope)
    waits = first_chunks(scope.tree)
    streams = _streams(scope, asked, waits)
    judged = scope.required(asked) if len(asked) else streams
    late = [span for span in judged if not waits.get(span.call_id, math.nan) <= within_ms]
    if late:
        wanted = f"expected the first chunk of {{!r}} within {within_ms:g} ms, it "
        faults = [wanted.format(span.name) + _took(waits.get(span.call_id)) for span in late]
        raise mismatch(scope, faults, "streams began too late", {span.call_id: "too late" for span in late})


def _took(wait: float | None) -> str:
    return "gave none" if wait is None else f"took {wait:.0f} ms"


def _streams(scope: Scope, asked: Conditions, waits: Mapping[str, float]) -> list[SpanData]:
    streams = [span for span in scope.required(asked) if span.call_id in waits]
    if not streams:
        headline = f"expected at least 1 {asked.describe()} to stream, none emitted a chunk"
        raise SpanNotFound(headline, tree=scope.draw())
    return streams
