"""The order of two siblings, by causality and not by the clock.

`a` precedes `b` if spawns, waits and signals lead from the end of `a` to the start of `b`;
otherwise they are concurrent, whatever the clock says. Overlap in time decides if lanes were not observed: in
traces from files, and in threads that no observed code started. `docs/ordering.md` has the whole rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from pytest_traces.analysis.ordering.history import FOREVER, History, was_observed
from pytest_traces.model.lane import Stamp, fork
from pytest_traces.model.span import SpanData

T = TypeVar("T")


@dataclass(slots=True)  # not frozen: ten thousand are made at once
class Moment(Generic[T]):
    """A sibling with its logical times: a span, or an event of the parent."""

    item: T
    id: str
    stamp: Stamp | None
    t0: float
    t1: float | None

    @property
    def end(self) -> float:
        """Logical end; a span that still runs ends last."""
        return FOREVER if self.stamp is None or self.stamp.ended is None else self.stamp.ended


def moment_of(span: SpanData) -> Moment[SpanData]:
    """Return the place of a span among its siblings."""
    return Moment(span, span.call_id, span.stamp, span.t0, span.t1)


def concurrent(a: Moment[T], b: Moment[T], history: History) -> bool:
    """Return whether two siblings are concurrent; `a` started first."""
    if a.stamp is None or b.stamp is None:
        return a.t1 is None or b.t0 < a.t1
    if a.stamp.lane is b.stamp.lane or a.id in b.stamp.after or b.id in a.stamp.after:
        return False
    common = fork(a.stamp.lane, b.stamp.lane)[2]
    if common is None:  # recorded apart
        return a.t1 is None or b.t0 < a.t1
    if not (was_observed(a.stamp.lane, common) and was_observed(b.stamp.lane, common)):
        return a.end > b.stamp.started
    return not history.knows(b.stamp.lane, b.stamp.started, a.stamp.lane, a.end)


def precedes(a: Moment[T], b: Moment[T], history: History) -> bool:
    """Return whether `a` causally ended before `b` began."""
    if a.stamp is None or b.stamp is None:
        return a.t1 is not None and a.t1 <= b.t0
    return a.end < b.stamp.started and not concurrent(a, b, history)
