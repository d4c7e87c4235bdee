"""What lanes knew of one another, and since when: from spawns, waits and signals."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import count
from operator import attrgetter

from pytest_traces.model.lane import Lane

FOREVER = float("inf")
"""The logical end of a lane or a span that still runs."""

_SINCE = attrgetter("since")


class History:
    """The knowledge of the lanes of one trace about one another.

    Knowledge spreads only forwards in time. A spawned lane knows the past of its parent up to the spawn. A lane that
    waited for another one knows the past of that lane up to the end of the wait.
    """

    def __init__(self) -> None:
        self._nested: dict[Lane, bool] = {}

    def knows(self, lane: Lane, time: float, other: Lane, moment: float) -> bool:
        """Return whether a lane, at a time, knows another lane up to a moment: its code comes later."""
        known: dict[Lane, float] = {}
        order = count()  # a unique number, so that the heap never compares lanes
        left = [(-time, next(order), lane)]
        while left:
            negative, _, lane = heapq.heappop(left)
            if known.get(lane, -1) >= -negative:
                continue
            known[lane] = -negative
            if lane is other:
                return -negative >= moment
            for source, until in self._sources(lane, -negative, moment):
                heapq.heappush(left, (-until, next(order), source))
        return False

    def learned(self, lane: Lane, begin: float, end: float) -> Mapping[Lane, list[tuple[float, float]]]:
        """Return what a lane learned of others between two moments, as pairs of since and until, in order."""
        known: dict[Lane, float] = {lane: FOREVER}
        learned: dict[Lane, list[tuple[float, float]]] = {}
        for heard in lane.heard[bisect_left(lane.heard, begin, key=_SINCE) : bisect_right(lane.heard, end, key=_SINCE)]:
            left: list[tuple[Lane, float]] = [(heard.lane, heard.until)]
            while left:
                source, until = left.pop()
                before = known.get(source, -1)
                if before < until:
                    known[source] = until
                    learned.setdefault(source, []).append((heard.since, until))
                    left.extend(self._sources(source, until, max(before, begin)))
        return learned

    def is_nested(self, lane: Lane) -> bool:
        """Return whether a lane learned only of lanes below itself, as in fork-join programs."""
        known = self._nested.get(lane)
        if known is None:
            known = self._nested[lane] = all(one.lane.is_in(lane) for one in lane.heard)
        return known

    def _sources(self, lane: Lane, time: float, moment: float) -> Iterator[tuple[Lane, float]]:
        """Yield the lanes that a lane knows directly at a time, if this knowledge reaches a moment."""
        if lane.parent is not None and lane.clock >= moment:
            yield lane.parent, lane.clock
        if not lane.heard:
            return
        for at in range(bisect_left(lane.heard, moment, key=_SINCE), bisect_right(lane.heard, time, key=_SINCE)):
            heard = lane.heard[at]
            if heard.until >= moment:
                yield heard.lane, heard.until


def was_observed(lane: Lane, common: Lane) -> bool:
    """Return whether every spawn on the way down to a lane was observed."""
    above: Lane | None = lane
    while above is not None and above is not common:
        if above.kind == "unseen":
            return False
        above = above.parent
    return True
