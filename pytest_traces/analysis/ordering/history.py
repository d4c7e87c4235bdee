"""What each lane knew of the others, and since when: from spawns, waits and signals."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import count
from operator import attrgetter

from pytest_traces.model.lane import Lane

FOREVER = float("inf")
"""The end of what still runs."""

_SINCE = attrgetter("since")


class History:
    """Answers for the lanes of one trace which knew of which, and since when.

    Knowledge spreads forwards only. A spawned lane knows what its parent did before the spawn. A waiting lane knows
    what the other one did before the end of the wait.
    """

    def __init__(self) -> None:
        self._nested: dict[Lane, bool] = {}

    def knows(self, lane: Lane, time: float, other: Lane, moment: float) -> bool:
        """Return whether code in a lane, at a time, comes after the code of another lane up to a moment."""
        known: dict[Lane, float] = {}
        order = count()  # so that lanes are never compared
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
        """Return what one lane learned of others between two moments: since when, and until when, in order."""
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
        """Return whether a lane only learned of lanes below itself, as in fork-join programs."""
        known = self._nested.get(lane)
        if known is None:
            known = self._nested[lane] = all(one.lane.is_in(lane) for one in lane.heard)
        return known

    def _sources(self, lane: Lane, time: float, moment: float) -> Iterator[tuple[Lane, float]]:
        """Yield what a lane knows directly at a time, as far as it reaches a moment."""
        if lane.parent is not None and lane.clock >= moment:
            yield lane.parent, lane.clock
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
