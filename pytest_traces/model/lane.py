"""Where in a program's tasks and threads something happened."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from operator import attrgetter
from typing import Literal, NamedTuple

LaneKind = Literal["root", "task", "thread", "unseen"]
"""What a lane is: the test itself, what runs in a loop, what runs in a thread, code whose start was not observed."""


class Heard(NamedTuple):
    """What a lane learned of another one, by waiting for it or by a signal."""

    since: int
    """Logical time when it learned."""
    lane: Lane
    """The other lane."""
    until: int
    """Logical time up to which everything the other lane did is known."""


_SINCE = attrgetter("since")


class Lane:
    """One thread of control: the test itself, an asyncio task, a thread, a callback, a piece of work in a pool.

    Lanes form a chain to the lane that spawned them. Compared by identity.
    """

    __slots__ = ("clock", "depth", "heard", "kind", "parent")

    parent: Lane | None
    """The lane that spawned this one; `None` for the test itself."""
    clock: int
    """Logical time of the spawn."""
    kind: LaneKind
    heard: Sequence[Heard]
    """What it learned of other lanes, in order of `since`."""

    def __init__(self, parent: Lane | None, clock: int, kind: LaneKind) -> None:
        self.parent = parent
        self.clock = clock
        self.kind = kind
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.heard = ()

    def hear(self, lane: Lane, since: int, until: int | None = None) -> None:
        """Learn what another lane did until a moment: all of it, if none is given."""
        if lane is self:
            return
        if not isinstance(self.heard, list):
            self.heard = []
        heard = Heard(since, lane, since if until is None else until)
        if not self.heard or self.heard[-1].since <= since:  # as always while the program runs
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
    """When and where a span ran, in logical time: what orders it among its siblings."""

    started: int
    """Logical time of the start."""
    ended: int | None
    """Logical time of the end; `None` while running."""
    lane: Lane
    after: frozenset[str] = frozenset()
    """Call ids of siblings its framework declared to come before it."""


def fork(a: Lane, b: Lane) -> tuple[Lane | None, Lane | None, Lane | None]:
    """Return the first differing lanes of two chains, and the lane that both came from.

    A `None` branch stands for a chain that is a prefix of the other one;
    no common lane means that the two were recorded apart.
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
