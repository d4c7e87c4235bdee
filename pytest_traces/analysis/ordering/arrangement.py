"""Arranges siblings as a series of single spans and of concurrent groups."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

from pytest_traces.analysis.ordering.history import FOREVER, History, was_observed
from pytest_traces.analysis.ordering.siblings import Moment, concurrent
from pytest_traces.model.lane import Lane, fork

T = TypeVar("T")

EXACT_UP_TO = 400  # up to this many siblings every pair is compared
DEEPEST = 100  # deeper forks are drawn flat


@dataclass(frozen=True, slots=True)
class Fork(Generic[T]):
    """Concurrent branches; each branch is a series."""

    branches: tuple[Series[T], ...]


@dataclass(frozen=True, slots=True)
class Knot(Generic[T]):
    """Things that waited for one another crosswise: neither a series nor a fork."""

    items: tuple[T, ...]
    after: tuple[tuple[int, ...], ...]
    """For each thing, the indices of those it came right after."""


Series = tuple[T | Fork[T] | Knot[T], ...]
"""Things that happened one after the other."""


def arrange(moments: Sequence[Moment[T]], history: History, depth: int = 0) -> Series[T]:
    """Arrange siblings, given in start order."""
    if depth > DEEPEST:
        return (Fork(tuple((moment.item,) for moment in moments)),)
    series: list[T | Fork[T] | Knot[T]] = []
    left: list[Sequence[Moment[T]]] = [moments]
    while left:  # a series may be long: no recursion
        some = left.pop()
        if len(some) < 2 or _all_in_order(some, history):
            series.extend(moment.item for moment in some)
            continue
        spread = _spread(some, history)
        if spread is None:
            series.extend(_by_pairs(some, history))
            continue
        parts = _cut(spread)
        if len(parts) > 1:
            left.extend([some[i] for i in part] for part in reversed(parts))
            continue
        branches = _components(spread)
        if len(branches) > 1:
            inner = [[some[i] for i in branch] for branch in branches]
            series.append(_fork([_alone(one) or arrange(one, history, depth + 1) for one in inner]))
        else:
            series.extend(_by_pairs(some, history))
    return tuple(series)


def _alone(some: Sequence[Moment[T]]) -> Series[T]:
    return (some[0].item,) if len(some) == 1 else ()


@dataclass(slots=True)  # not frozen: ten thousand are made at once
class _Reach:
    """The logical times between which a sibling was open, as seen from the common lane."""

    begin: float
    end: float
    branch: Lane | None


def _spread(moments: Sequence[Moment[T]], history: History) -> list[_Reach] | None:
    """Return the times of siblings on their common lane; `None` if they do not decide the order."""
    common = _common_lane(moments)
    if common is None:
        return None
    begun = [moment.stamp.started for moment in moments if moment.stamp is not None]
    learned = history.learned(common, min(begun), max(begun))
    found = []
    for moment in moments:
        assert moment.stamp is not None
        if moment.stamp.after:
            return None
        if moment.stamp.lane is common:  # the common case
            found.append(_Reach(moment.stamp.started, moment.end, None))
            continue
        if not was_observed(moment.stamp.lane, common):
            return None
        branch = fork(common, moment.stamp.lane)[1]
        if len(moments) <= EXACT_UP_TO and not _is_nested(moment.stamp.lane, common, history):
            return None  # siblings waited for one another
        assert branch is not None, "unreachable because the common lane was dealt with"
        since = (since for since, until in learned.get(moment.stamp.lane, ()) if until >= moment.end)
        found.append(_Reach(branch.clock, next(since, FOREVER), branch))
    return found


def _cut(spread: Sequence[_Reach]) -> list[list[int]]:
    """Cut between parts if all of the first was known to be over when the second began."""
    parts: list[list[int]] = []
    end = 0.0
    for index in sorted(range(len(spread)), key=lambda index: spread[index].begin):
        if parts and spread[index].begin < end:
            parts[-1].append(index)
        else:
            parts.append([index])
        end = max(end, spread[index].end)
    return [sorted(part) for part in parts]


def _components(spread: Sequence[_Reach]) -> list[list[int]]:
    """Divide into parts without an edge between them."""
    leader = list(range(len(spread)))

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    first_of: dict[Lane | None, int] = {}
    for i, one in enumerate(spread):
        leader[find(i)] = find(first_of.setdefault(one.branch, i))
    ended = sorted(range(len(spread)), key=lambda i: spread[i].end)
    over = 0
    for i in sorted(range(len(spread)), key=lambda i: spread[i].begin):
        while over < len(ended) and spread[ended[over]].end <= spread[i].begin:
            leader[find(ended[over])] = find(ended[0])
            over += 1
        if over:
            leader[find(i)] = find(ended[0])
    parts: dict[int, list[int]] = {}
    for i in range(len(spread)):
        parts.setdefault(find(i), []).append(i)
    return list(parts.values())


def _by_pairs(moments: Sequence[Moment[T]], history: History) -> Series[T]:
    """Arrange by comparing every pair: exact, for declared edges and for traces without lanes."""
    if len(moments) > EXACT_UP_TO:
        return _by_level(moments)
    before: list[int] = []
    for j, moment in enumerate(moments):
        mask = 0
        for i in range(j - 1, -1, -1):
            if not mask >> i & 1 and not concurrent(moments[i], moment, history):
                mask |= before[i] | 1 << i
        before.append(mask)
    return _Order([moment.item for moment in moments], before).series(list(range(len(moments))))


def _by_level(moments: Sequence[Moment[T]]) -> Series[T]:
    """Arrange very many by the longest chain that leads to each: coarser, but as stable."""
    is_declared = any(moment.stamp is not None and moment.stamp.after for moment in moments)
    ranks: dict[int, list[T]] = {}
    for item, level in _declared_levels(moments) if is_declared else _overlap_levels(moments):
        ranks.setdefault(level, []).append(item)
    return tuple(
        rank[0] if len(rank) == 1 else Fork(tuple((item,) for item in rank)) for _, rank in sorted(ranks.items())
    )


def _declared_levels(moments: Sequence[Moment[T]]) -> Iterator[tuple[T, int]]:
    level: dict[str, int] = {}
    for moment in moments:
        after = moment.stamp.after if moment.stamp is not None else ()
        level[moment.id] = max((level[id] + 1 for id in after if id in level), default=0)
        yield moment.item, level[moment.id]


def _overlap_levels(moments: Sequence[Moment[T]]) -> Iterator[tuple[T, int]]:
    ended: list[tuple[float, int]] = []
    deepest = 0
    for moment in moments:
        begin: float
        begin, end = (moment.t0, moment.t1) if moment.stamp is None else (moment.stamp.started, moment.end)
        while ended and ended[0][0] <= begin:
            deepest = max(deepest, heapq.heappop(ended)[1] + 1)
        yield moment.item, deepest
        heapq.heappush(ended, (FOREVER if end is None else end, deepest))


class _Order(Generic[T]):
    """A partial order of things, given in an order that respects it, by bit masks of what came before each."""

    def __init__(self, items: Sequence[T], before: Sequence[int]) -> None:
        self._items = items
        self._before = before
        self._related = list(before)
        for j, mask in enumerate(before):
            for i in _bits(mask):
                self._related[i] |= 1 << j

    def series(self, some: list[int]) -> Series[T]:
        """Split into series and forks; what is neither is a knot."""
        if len(some) == 1:
            return (self._items[some[0]],)
        inside = sum(1 << i for i in some)
        steps = self._parts(some, lambda i: inside & ~self._related[i])
        if len(steps) > 1:
            return tuple(step for part in steps for step in self.series(part))
        branches = self._parts(some, lambda i: inside & self._related[i])
        if len(branches) > 1:
            return (Fork(tuple(self.series(branch) for branch in branches)),)
        return (self._knot(some, inside),)

    def _knot(self, some: list[int], inside: int) -> Knot[T]:
        place = {i: index for index, i in enumerate(some)}
        after = []
        for i in some:
            before = self._before[i] & inside
            passed = 0
            for j in _bits(before):
                passed |= self._before[j]
            after.append(tuple(place[j] for j in _bits(before & ~passed)))
        return Knot(tuple(self._items[i] for i in some), tuple(after))

    def _parts(self, some: list[int], neighbours: Callable[[int], int]) -> list[list[int]]:
        left = sum(1 << i for i in some)
        found = []
        while left:
            part = frontier = left & -left
            while frontier:
                left &= ~frontier
                reached = 0
                for i in _bits(frontier):
                    reached |= neighbours(i)
                frontier = reached & left
                part |= frontier
            found.append(_bits(part))
        return found


def _bits(mask: int) -> list[int]:
    bits = []
    while mask:
        lowest = mask & -mask
        bits.append(lowest.bit_length() - 1)
        mask ^= lowest
    return bits


def _fork(branches: Sequence[Series[T]]) -> Fork[T]:
    """Join branches; a fork that is all of a branch adds nothing but its own branches."""
    flat: list[Series[T]] = []
    for branch in branches:
        flat.extend(branch[0].branches if len(branch) == 1 and isinstance(branch[0], Fork) else (branch,))
    return Fork(tuple(flat))


def _all_in_order(moments: Sequence[Moment[T]], history: History) -> bool:
    """Tell whether each came after the one before: a chain of tasks is many lanes and one series."""
    return not any(concurrent(a, b, history) for a, b in pairwise(moments))


def _common_lane(moments: Sequence[Moment[T]]) -> Lane | None:
    common: Lane | None = None
    for moment in moments:
        if moment.stamp is None:
            return None
        common = moment.stamp.lane if common is None else fork(common, moment.stamp.lane)[2]
        if common is None:
            return None
    return common


def _is_nested(lane: Lane, common: Lane, history: History) -> bool:
    """Tell whether the lanes up to the common one learned only of lanes below themselves."""
    above: Lane | None = lane
    while above is not None and above is not common:
        if not history.is_nested(above):
            return False
        above = above.parent
    return True
