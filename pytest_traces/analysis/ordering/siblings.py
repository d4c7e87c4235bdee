"""Which of two siblings came first, from causality and not from the clock.

Overlap in time is luck. What is not luck is which lane (task or thread) spawned which, and which waited for which:
`a` came before `b` where a chain of spawns and waits leads from the end of `a` to the start of `b`.
Where nobody was seen to wait for a lane, its spawner knew a task to be over when it ended, a thread when it next
started or ended a span. Where spawning could not be seen (traces from files), overlap in time is all there is.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Generic, TypeVar

from pytest_traces.model.lane import Lane, Stamp, fork
from pytest_traces.model.span import SpanData

T = TypeVar("T")

FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Moment(Generic[T]):
    """Something among its siblings: a span, or an event of their parent."""

    item: T
    id: str
    stamp: Stamp | None
    t0: float
    t1: float | None

    @property
    def end(self) -> float:
        """Logical end; things that still run end last."""
        return FOREVER if self.stamp is None or self.stamp.ended is None else self.stamp.ended


def moment_of(span: SpanData) -> Moment[SpanData]:
    """Place a span among its siblings."""
    return Moment(span, span.call_id, span.stamp, span.t0, span.t1)


class LaneLog:
    """When each lane started or ended a span: how a spawning lane shows that it went on."""

    def __init__(self, spans: Callable[[], Iterable[SpanData]]) -> None:
        self._spans = spans
        self._acts: Mapping[Lane, list[int]] | None = None

    def next_act(self, lane: Lane, after: float) -> float:
        """Return the logical time of the lane's first start or end of a span after a time."""
        if self._acts is None:
            self._acts = self._read()
        acts = self._acts.get(lane, [])
        at = bisect_right(acts, after)
        return acts[at] if at < len(acts) else FOREVER

    def _read(self) -> Mapping[Lane, list[int]]:
        acts: dict[Lane, list[int]] = {}
        for span in self._spans():
            if span.stamp is not None:
                times = (span.stamp.started, span.stamp.ended)
                acts.setdefault(span.stamp.lane, []).extend(time for time in times if time is not None)
        return {lane: sorted(times) for lane, times in acts.items()}


def concurrent(a: Moment[T], b: Moment[T], log: LaneLog) -> bool:
    """Tell whether two siblings ran side by side, `a` being the first to start."""
    if a.stamp is None or b.stamp is None:
        return a.t1 is None or b.t0 < a.t1
    if a.stamp.lane is b.stamp.lane or a.id in b.stamp.after or b.id in a.stamp.after:
        return False
    common = fork(a.stamp.lane, b.stamp.lane)[2]
    if common is None:  # recorded apart
        return a.t1 is None or b.t0 < a.t1
    return not knows(b.stamp, news(a, common, log), common)


def precedes(a: Moment[T], b: Moment[T], log: LaneLog) -> bool:
    """Tell whether `a` was over before `b` began, for a reason and not by luck."""
    if a.stamp is None or b.stamp is None:
        return a.t1 is not None and a.t1 <= b.t0
    return a.end < b.stamp.started and not concurrent(a, b, log)


def news(a: Moment[T], common: Lane, log: LaneLog) -> dict[Lane, float]:
    """Return which lanes got to know that something was over, and when, up to a lane above."""
    assert a.stamp is not None
    lane = a.stamp.lane
    if lane.joined_by is None and lane.kind == "task" and lane.parent is common and a.end < FOREVER:
        return {lane: a.end, common: a.end}  # what most are: a task of a group
    known: dict[Lane, float] = {}
    order = count()  # so that lanes are never compared
    spreading: list[tuple[float, int, Lane]] = [(a.end, next(order), lane)]
    while spreading:
        time, _, lane = heapq.heappop(spreading)
        if lane in known or time == FOREVER:
            continue
        known[lane] = time
        if lane is not common:
            for waiter, when in _told(lane, time, log):
                heapq.heappush(spreading, (when, next(order), waiter))
    return known


def knows(stamp: Stamp, known: Mapping[Lane, float], common: Lane) -> bool:
    """Tell whether the news had come to the lane of something, or to one that spawned it, when it began."""
    lane, time = stamp.lane, stamp.started
    while known.get(lane, FOREVER) > time:
        if lane is common:
            return False
        assert lane.parent is not None, "unreachable because the common lane is above"
        time, lane = lane.clock, lane.parent
    return True


def _told(lane: Lane, time: float, log: LaneLog) -> Iterator[tuple[Lane, float]]:
    if lane.joined_by is not None:
        yield from ((waiter, when) for waiter, when in list(lane.joined_by.items()) if when > time)
    elif lane.parent is not None:
        # Threads run at once: that one ended before its spawner went on proves nothing by itself.
        yield lane.parent, log.next_act(lane.parent, time) if lane.kind == "thread" else time
