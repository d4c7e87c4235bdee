"""Series, forks and knots: the shapes of a partial order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fork(Generic[T]):
    """Concurrent branches; each branch is a series."""

    branches: tuple[Series[T], ...]


@dataclass(frozen=True, slots=True)
class Knot(Generic[T]):
    """Items that waited for one another crosswise: neither a series nor a fork."""

    items: tuple[T, ...]
    after: tuple[tuple[int, ...], ...]
    """For each item, the indices of its direct predecessors."""


Series = tuple[T | Fork[T] | Knot[T], ...]
"""Items that ran one after the other."""


def joined(branches: Sequence[Series[T]]) -> Fork[T]:
    """Join branches into a fork; a branch that is itself a fork adds its own branches."""
    flat: list[Series[T]] = []
    for branch in branches:
        flat.extend(branch[0].branches if len(branch) == 1 and isinstance(branch[0], Fork) else (branch,))
    return Fork(tuple(flat))


class PartialOrder(Generic[T]):
    """A partial order of items: each has a bit mask of its predecessors, which stand before it."""

    def __init__(self, items: Sequence[T], before: Sequence[int]) -> None:
        self._items = items
        self._before = before
        self._related = list(before)
        for j, mask in enumerate(before):
            for i in _bits(mask):
                self._related[i] |= 1 << j

    def series(self, some: list[int]) -> Series[T]:
        """Split into series and forks; a rest that is neither is a knot."""
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
