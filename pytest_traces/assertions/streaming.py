"""Whether streams began in time and were read to their end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_traces.analysis.streams import abandoned, first_chunks
from pytest_traces.assertions.conditions import Conditions
from pytest_traces.assertions.judging import mismatch, names_of, point_out, required
from pytest_traces.assertions.matching import Text, anything
from pytest_traces.assertions.subject import Subject
from pytest_traces.errors import Mismatch, SpanNotFound, TracesError
from pytest_traces.model.span import Span

if TYPE_CHECKING:
    from pytest_traces.assertions.selection import Selection


class StreamExpectations(Subject):
    """Expectations about spans that emitted chunks, of which there must be one."""

    __slots__ = ()

    def assert_streams_ended(self, name: Text = anything, /, **conditions: Any) -> None:
        """Expect that every stream was read to its end, as in `trace.assert_streams_ended("gpt-*")`."""
        __tracebackhide__ = True
        about = self._some()
        left = abandoned(_streams(about, Conditions(name, conditions), first_chunks(about._family.tree)))
        if left:
            verb = "was" if len(left) == 1 else "were"
            headline = f"expected every stream to be read to its end, {names_of(left)} {verb} abandoned"
            raise Mismatch(headline, tree=point_out(about, left, "abandoned"))

    def assert_first_chunk(self, name: Text = anything, /, *, within_ms: float, **conditions: Any) -> None:
        """Expect that each stream gave its first piece in time, as in `trace.assert_first_chunk(within_ms=500)`."""
        __tracebackhide__ = True
        if isinstance(within_ms, bool) or not isinstance(within_ms, (int, float)) or not within_ms >= 0:
            raise TracesError(f"within_ms is a number from 0, got {within_ms!r}")
        about = self._some()
        waits = first_chunks(about._family.tree)
        slow = [
            span for span in _streams(about, Conditions(name, conditions), waits) if waits[span.call_id] > within_ms
        ]
        if slow:
            wanted = f"within {within_ms:g} ms"
            faults = [
                f"expected the first chunk of {one.name!r} {wanted}, it took {waits[one.call_id]:.0f} ms"
                for one in slow
            ]
            raise mismatch(about, faults, "streams began too late", {one.call_id: "too late" for one in slow})


def _streams(about: Selection, asked: Conditions, waits: Mapping[str, float]) -> list[Span]:
    streams = [span for span in required(about, asked) if span.call_id in waits]
    if not streams:
        headline = f"expected at least 1 {asked.describe()} to stream, none emitted a chunk"
        raise SpanNotFound(headline, tree=about._family.draw())
    return streams
