"""The order of siblings, from causality and not from the clock.

Overlap in time is luck. What is not luck is which lane (task or thread) spawned which, and when:
lanes that one lane opened side by side are concurrent, all else happened in order.
Where spawning could not be seen (traces from files), overlap in time is all there is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pytest_traces.model.lane import Lane, Stamp, fork
from pytest_traces.model.span import Span

T = TypeVar("T")

_FOREVER = float("inf")
_EXACT_UP_TO = 200  # pairs are compared one by one up to this many siblings


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
        return _FOREVER if self.stamp is None or self.stamp.ended is None else self.stamp.ended


@dataclass(frozen=True, slots=True)
class Fork(Generic[T]):
    """Branches that ran side by side; each branch is a series."""

    branches: tuple[tuple[T | Fork[T], ...], ...]


Series = tuple[T | Fork[T], ...]
"""Things that happened one after the other."""


class LaneLog:
    """When each lane started or ended a span: how a spawning lane shows that it waited."""

    def __init__(self, spans: Callable[[], Iterable[Span]]) -> None:
        self._spans = spans
        self._acts: Mapping[Lane, list[int]] | None = None

    def last_act(self, lane: Lane, before: int) -> int:
        """Return the logical time of the lane's last start or end before a time; 0 where there was none."""
        if self._acts is None:
            self._acts = self._read()
        acts = self._acts.get(lane, [])
        at = bisect_left(acts, before)
        return acts[at - 1] if at else 0

    def _read(self) -> Mapping[Lane, list[int]]:
        acts: dict[Lane, list[int]] = {}
        for span in self._spans():
            if span.stamp is not None:
                times = (span.stamp.started, span.stamp.ended)
                acts.setdefault(span.stamp.lane, []).extend(time for time in times if time is not None)
        return {lane: sorted(times) for lane, times in acts.items()}


def moment_of(span: Span) -> Moment[Span]:
    """Place a span among its siblings."""
    return Moment(span, span.call_id, span.stamp, span.t0, span.t1)


def concurrent(a: Moment[T], b: Moment[T], log: LaneLog) -> bool:
    """Tell whether two siblings ran side by side, `a` being the first to start."""
    if a.stamp is None or b.stamp is None:
        return _overlap(a, b)
    if a.id in b.stamp.after or b.id in a.stamp.after:
        return False
    branch_a, branch_b, common = fork(a.stamp.lane, b.stamp.lane)
    if common is None:
        return _overlap(a, b)
    if branch_b is None:  # b runs in the lane that spawned a, or in the same one
        return branch_a is not None and b.stamp.started < a.end
    if branch_a is not None and "thread" in (branch_a.kind, branch_b.kind):
        return log.last_act(common, branch_b.clock) < a.end
    return branch_b.clock < a.end


def precedes(a: Moment[T], b: Moment[T], log: LaneLog) -> bool:
    """Tell whether `a` was over before `b` began, for a reason and not by luck."""
    if a.stamp is None or b.stamp is None:
        return a.t1 is not None and a.t1 <= b.t0
    return a.stamp.started < b.stamp.started and a.end < b.stamp.started and not concurrent(a, b, log)


def arrange(moments: Sequence[Moment[T]], log: LaneLog) -> Series[T]:
    """Arrange siblings, given in start order, into a series of single things and forks."""
    if len(moments) < 2 or _same_lane(moments):
        return tuple(moment.item for moment in moments)
    if any(moment.stamp is None or moment.stamp.after for moment in moments):
        return _arrange_pairs(moments, log)
    common = _common_lane(moments)
    if common is None:
        return _arrange_pairs(moments, log)
    branches = [_branch_below(common, moment) for moment in moments]
    series: list[T | Fork[T]] = []
    for segment in _segments(moments, branches, common, log):
        split: dict[Lane | None, list[Moment[T]]] = {}
        for index in segment:
            split.setdefault(branches[index], []).append(moments[index])
        parts = tuple(arrange(part, log) for part in split.values())
        series.extend(parts[0] if len(parts) == 1 else (Fork(parts),))
    return tuple(series)


def _segments(
    moments: Sequence[Moment[T]], branches: Sequence[Lane | None], common: Lane, log: LaneLog
) -> list[list[int]]:
    """Cut where everything before was over when what follows was spawned."""

    def begin(index: int) -> int:
        branch, stamp = branches[index], moments[index].stamp
        assert stamp is not None
        if branch is None:
            return stamp.started
        # Threads run at once: that one ended before the next was spawned proves nothing.
        return log.last_act(common, branch.clock) if branch.kind == "thread" else branch.clock

    segments: list[list[int]] = []
    reach = -1.0
    for start, index in sorted((begin(index), index) for index in range(len(moments))):
        if segments and start < reach:
            segments[-1].append(index)
        else:
            segments.append([index])
        reach = max(reach, moments[index].end)
    return segments


def _arrange_pairs(moments: Sequence[Moment[T]], log: LaneLog) -> Series[T]:
    """Arrange by comparing every pair: exact, for declared edges and for traces without lanes."""
    if len(moments) > _EXACT_UP_TO:
        return _arrange_by_overlap(moments)
    before = _declared(moments)
    side_by_side = [
        {j for j in range(len(moments)) if i != j and _concurrent_pair(moments, before, i, j, log)}
        for i in range(len(moments))
    ]
    return _decompose(moments, list(range(len(moments))), side_by_side)


def _concurrent_pair(
    moments: Sequence[Moment[T]], before: Sequence[set[str]], i: int, j: int, log: LaneLog
) -> bool:
    i, j = min(i, j), max(i, j)
    if moments[i].id in before[j] or moments[j].id in before[i]:
        return False
    return concurrent(moments[i], moments[j], log)


def _declared(moments: Sequence[Moment[T]]) -> list[set[str]]:
    """Close declared edges over chains: a before b before c puts a before c."""
    closed: dict[str, set[str]] = {}
    for moment in moments:
        direct = moment.stamp.after if moment.stamp is not None else frozenset()
        closed[moment.id] = set(direct).union(*(closed.get(id, ()) for id in direct))
    return [closed[moment.id] for moment in moments]


def _decompose(moments: Sequence[Moment[T]], some: list[int], side_by_side: Sequence[set[int]]) -> Series[T]:
    """Split a partial order into series and forks; what is neither is drawn level by level."""
    if len(some) == 1:
        return (moments[some[0]].item,)
    inside = set(some)
    series = _components(some, lambda i: side_by_side[i] & inside)
    if len(series) > 1:
        return tuple(step for part in series for step in _decompose(moments, part, side_by_side))
    branches = _components(some, lambda i: inside - side_by_side[i] - {i})
    if len(branches) > 1:
        return (Fork(tuple(_decompose(moments, part, side_by_side) for part in branches)),)
    levels: dict[int, int] = {}
    for i in some:
        levels[i] = 1 + max((levels[j] for j in some if j < i and j not in side_by_side[i]), default=0)
    ranks = [[i for i in some if levels[i] == level] for level in sorted(set(levels.values()))]
    return tuple(Fork(tuple((moments[i].item,) for i in rank)) for rank in ranks)


def _components(some: list[int], neighbours: Callable[[int], set[int]]) -> list[list[int]]:
    left = dict.fromkeys(some)
    found = []
    while left:
        frontier = [next(iter(left))]
        del left[frontier[0]]
        part = []
        while frontier:
            i = frontier.pop()
            part.append(i)
            for j in [j for j in neighbours(i) if j in left]:
                del left[j]
                frontier.append(j)
        found.append(sorted(part))
    return sorted(found)


def _arrange_by_overlap(moments: Sequence[Moment[T]]) -> Series[T]:
    series: list[T | Fork[T]] = []
    group: list[Moment[T]] = []
    reach = -_FOREVER
    for moment in [*sorted(moments, key=lambda moment: moment.t0), None]:
        if moment is None or (group and moment.t0 >= reach):
            series.append(group[0].item if len(group) == 1 else Fork(tuple((one.item,) for one in group)))
            group = []
        if moment is not None:
            group.append(moment)
            reach = max(reach if len(group) > 1 else -_FOREVER, _FOREVER if moment.t1 is None else moment.t1)
    return tuple(series)


def _overlap(a: Moment[T], b: Moment[T]) -> bool:
    return a.t1 is None or b.t0 < a.t1


def _same_lane(moments: Sequence[Moment[T]]) -> bool:
    first = moments[0].stamp
    return first is not None and all(
        moment.stamp is not None and moment.stamp.lane is first.lane and not moment.stamp.after for moment in moments
    )


def _common_lane(moments: Sequence[Moment[T]]) -> Lane | None:
    common: Lane | None = None
    for moment in moments:
        assert moment.stamp is not None
        common = moment.stamp.lane if common is None else fork(common, moment.stamp.lane)[2]
        if common is None:
            return None
    return common


def _branch_below(common: Lane, moment: Moment[T]) -> Lane | None:
    """Return the lane directly below the common one through which a moment was reached; `None`: it is in it."""
    assert moment.stamp is not None
    return fork(common, moment.stamp.lane)[1]
