"""The logical times between which siblings were open, and the order that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from pytest_traces.analysis.ordering.history import FOREVER, History, was_observed
from pytest_traces.analysis.ordering.siblings import Moment
from pytest_traces.model.lane import Lane, fork

T = TypeVar("T")

EXACT_UP_TO = 400  # up to this many siblings every pair is compared


@dataclass(slots=True)  # not frozen: ten thousand are made at once
class Interval:
    """The logical times on the common lane between which a sibling was open."""

    begin: float
    end: float
    branch: Lane | None


def intervals(moments: Sequence[Moment[T]], history: History) -> list[Interval] | None:
    """Return the times of siblings on their common lane; `None` if these do not decide the order."""
    common = _common_lane(moments)
    if common is None:
        return None
    begun = [moment.stamp.started for moment in moments if moment.stamp is not None]
    learned = history.learned(common, min(begun), max(begun))
    found = []
    for moment in moments:
        stamp, end = moment.stamp, moment.end
        assert stamp is not None
        if stamp.after:
            return None
        if stamp.lane is common:  # the common case
            found.append(Interval(stamp.started, end, None))
            continue
        if not was_observed(stamp.lane, common):
            return None
        branch = fork(common, stamp.lane)[1]
        if len(moments) <= EXACT_UP_TO and not _is_nested(stamp.lane, common, history):
            return None  # siblings waited for one another
        assert branch is not None, "unreachable because the common lane was dealt with"
        since = (since for since, until in learned.get(stamp.lane, ()) if until >= end)
        found.append(Interval(branch.clock, next(since, FOREVER), branch))
    return found


def steps(spread: Sequence[Interval]) -> list[list[int]]:
    """Cut into consecutive parts: every sibling of a part had ended when the next part began."""
    parts: list[list[int]] = []
    end = 0.0
    for index in sorted(range(len(spread)), key=lambda index: spread[index].begin):
        if parts and spread[index].begin < end:
            parts[-1].append(index)
        else:
            parts.append([index])
        end = max(end, spread[index].end)
    return [sorted(part) for part in parts]


def components(spread: Sequence[Interval]) -> list[list[int]]:
    """Divide into groups without an edge between them."""
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
    """Return whether the lanes up to the common one learned only of lanes below themselves."""
    above: Lane | None = lane
    while above is not None and above is not common:
        if not history.is_nested(above):
            return False
        above = above.parent
    return True
