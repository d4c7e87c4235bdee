"""Arranges siblings as a series of single spans and of concurrent groups."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from pytest_traces.analysis.ordering.history import FOREVER, History
from pytest_traces.analysis.ordering.intervals import EXACT_UP_TO, components, intervals, steps
from pytest_traces.analysis.ordering.series import Fork, Knot, PartialOrder, Series, joined
from pytest_traces.analysis.ordering.siblings import Moment, concurrent

T = TypeVar("T")

DEEPEST = 100  # deeper forks are drawn flat


def arrange(moments: Sequence[Moment[T]], history: History, depth: int = 0) -> Series[T]:
    """Arrange siblings, given in start order."""
    if depth > DEEPEST:
        return (Fork(tuple((moment.item,) for moment in moments)),)
    series: list[T | Fork[T] | Knot[T]] = []
    left: list[Sequence[Moment[T]]] = [moments]
    while left:  # a series may be long: no recursion
        some = left.pop()
        if len(some) == 1:
            series.append(some[0].item)
            continue
        if _all_in_order(some, history):
            series.extend(moment.item for moment in some)
            continue
        spread = intervals(some, history)
        if spread is None:
            series.extend(_by_pairs(some, history))
            continue
        parts = steps(spread)
        if len(parts) > 1:
            left.extend([some[i] for i in part] for part in reversed(parts))
            continue
        branches = components(spread)
        if len(branches) > 1:
            inner = [[some[i] for i in branch] for branch in branches]
            series.append(joined([_alone(one) or arrange(one, history, depth + 1) for one in inner]))
        else:
            series.extend(_by_pairs(some, history))
    return tuple(series)


def _alone(some: Sequence[Moment[T]]) -> Series[T]:
    return (some[0].item,) if len(some) == 1 else ()


def _all_in_order(moments: Sequence[Moment[T]], history: History) -> bool:
    """Return whether each sibling came after the one before: a chain of tasks has many lanes and is one series."""
    return not any(concurrent(a, b, history) for a, b in pairwise(moments))


def _by_pairs(moments: Sequence[Moment[T]], history: History) -> Series[T]:
    """Arrange by a comparison of every pair: exact, for declared edges and for traces without lanes."""
    if len(moments) > EXACT_UP_TO:
        return _by_level(moments)
    before: list[int] = []
    for j, moment in enumerate(moments):
        mask = 0
        for i in range(j - 1, -1, -1):
            if not mask >> i & 1 and not concurrent(moments[i], moment, history):
                mask |= before[i] | 1 << i
        before.append(mask)
    return PartialOrder([moment.item for moment in moments], before).series(list(range(len(moments))))


def _by_level(moments: Sequence[Moment[T]]) -> Series[T]:
    """Arrange a large number by the longest chain that leads to each: coarser, but as stable."""
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
