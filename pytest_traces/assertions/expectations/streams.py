"""Whether streams began in time and were read to their end."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_traces.analysis.streams import broken_off, first_chunks
from pytest_traces.assertions.expectations.subject import Subject
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.scope import mismatch, names_of, required
from pytest_traces.assertions.queries.texts import Text, anything
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
        left = broken_off(_streams(about, Conditions(name, conditions), first_chunks(about._family.tree)))
        if left:
            facts = [f"{names_of(spans)} {'was' if len(spans) == 1 else 'were'} {how}" for how, spans in left.items()]
            headline = f"expected every stream to be read to its end, {' and '.join(facts)}"
            notes = {span.call_id: how for how, spans in left.items() for span in spans}
            raise Mismatch(headline, tree=about._family.draw(notes))

    def assert_first_chunk(self, name: Text = anything, /, *, within_ms: float, **conditions: Any) -> None:
        """Expect that each stream gave its first piece in time, as in `trace.assert_first_chunk(within_ms=500)`.

        Of spans that are asked for by name or condition each must have given one.
        """
        __tracebackhide__ = True
        if isinstance(within_ms, bool) or not isinstance(within_ms, (int, float)) or not within_ms >= 0:
            raise TracesError(f"within_ms is a number from 0, got {within_ms!r}")
        about = self._some()
        waits = first_chunks(about._family.tree)
        asked = Conditions(name, conditions)
        streams = _streams(about, asked, waits)
        judged = required(about, asked) if len(asked) else streams
        late = [span for span in judged if not waits.get(span.call_id, math.nan) <= within_ms]
        if late:
            wanted = f"expected the first chunk of {{!r}} within {within_ms:g} ms, it "
            faults = [wanted.format(span.name) + _took(waits.get(span.call_id)) for span in late]
            raise mismatch(about, faults, "streams began too late", {span.call_id: "too late" for span in late})


def _took(wait: float | None) -> str:
    return "gave none" if wait is None else f"took {wait:.0f} ms"


def _streams(about: Selection, asked: Conditions, waits: Mapping[str, float]) -> list[Span]:
    streams = [span for span in required(about, asked) if span.call_id in waits]
    if not streams:
        headline = f"expected at least 1 {asked.describe()} to stream, none emitted a chunk"
        raise SpanNotFound(headline, tree=about._family.draw())
    return streams
