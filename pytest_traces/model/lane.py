"""Lanes: the tasks and threads of a program in which spans ran."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from operator import attrgetter
from typing import Literal, NamedTuple

LaneKind = Literal["root", "task", "thread", "process", "unseen"]
"""Kinds of lanes: the test itself, a task or callback of a loop, a thread, another process, code whose start was not
observed."""


class Heard(NamedTuple):
    """A lane learned of another one, by waiting for it or by a signal."""

    since: int
    """Logical time of the end of the wait, or of the signal."""
    lane: Lane
    """The other lane."""
    until: int
    """Logical time up to which the past of the other lane is known."""


_SINCE = attrgetter("since")


class Lane:
    """One line of execution: the test itself, an asyncio task, a thread, a callback, a piece of work in a pool.

    Each lane refers to the lane that spawned it. Lanes are compared by identity.
    """

    __slots__ = ("clock", "depth", "heard", "kind", "parent")

    parent: Lane | None
    """The lane that spawned this one; `None` for the test itself."""
    clock: int
    """Logical time of the spawn."""
    kind: LaneKind
    heard: Sequence[Heard]
    """What this lane learned of other lanes, in order of `since`."""

    def __init__(self, parent: Lane | None, clock: int, kind: LaneKind) -> None:
        self.parent = parent
        self.clock = clock
        self.kind = kind
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.heard = ()

    def hear(self, lane: Lane, since: int, until: int | None = None) -> None:
        """Record that this lane knows another one up to `until`; without it, all of its past."""
        if lane is self:
            return
        if not isinstance(self.heard, list):
            self.heard = []
        heard = Heard(since, lane, since if until is None else until)
        if not self.heard or self.heard[-1].since <= since:  # always so while the program runs
            self.heard.append(heard)
        else:
            insort(self.heard, heard, key=_SINCE)

    def is_in(self, top: Lane) -> bool:
        """Return whether this lane is another one, or was spawned in it at any depth."""
        above: Lane | None = self
        while above is not None and above.depth > top.depth:
            above = above.parent
        return above is top


class Stamp(NamedTuple):
    """Lane and logical times of a span: they order it among its siblings."""

    started: int
    """Logical time of the start."""
    ended: int | None
    """Logical time of the end; `None` while running."""
    lane: Lane
    after: frozenset[str] = frozenset()
    """Call ids of the siblings that its framework declares as predecessors."""


def fork(a: Lane, b: Lane) -> tuple[Lane | None, Lane | None, Lane | None]:
    """Return the first differing lanes of two chains, and the lane that both came from.

    A `None` branch stands for a chain that is a prefix of the other one. Without a common lane the two come from
    different recordings.
    """
    left: Lane | None = a
    right: Lane | None = b
    branch_a: Lane | None = None
    branch_b: Lane | None = None
    while left is not right:
        depth_a = -1 if left is None else left.depth
        depth_b = -1 if right is None else right.depth
        if left is not None and depth_a >= depth_b:
            branch_a, left = left, left.parent
        if right is not None and depth_b >= depth_a:
            branch_b, right = right, right.parent
    return branch_a, branch_b, left
