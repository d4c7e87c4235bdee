"""Finds the fewest edits between two drawn trees: spans added, removed, moved, renamed, changed, reordered."""

from __future__ import annotations

from pytest_traces.snapshots.comparing.aligning.edits import Alignment
from pytest_traces.snapshots.comparing.aligning.moves import find_moves
from pytest_traces.snapshots.comparing.aligning.siblings import Pair, Pairing, pair_siblings
from pytest_traces.snapshots.comparing.order import changed_order
from pytest_traces.snapshots.text.tree import Node, fields_differ

_DEEPEST = 40  # levels compared ahead before two spans are called the same
_PATIENCE = 20_000  # spans looked at ahead in one alignment
_SECOND_THOUGHTS = 20_000  # lines looked at again in search of fewer edits


def align(old: Node, new: Node) -> Alignment:
    """Pair two trees from the top down; equal subtrees are never looked into.

    Siblings are paired at their own places first, before moves from other places are known. Then each close pair is
    taken apart again, and stays apart if that gives fewer edits.
    """
    search = _Search()
    best = search.align(old, new, 0)
    apart: frozenset[Pair] = frozenset()
    doubts = [pair for pair in best.guessed if search.is_close(*pair)] if best.edits > 1 else []
    for pair in doubts[: _SECOND_THOUGHTS // (old.size + new.size)]:
        other = search.align(old, new, 0, apart | {pair})
        if other.edits < best.edits:
            best, apart = other, apart | {pair}
    return best


class _Search:
    """One alignment, and the smaller ones that decide which sibling is which."""

    def __init__(self) -> None:
        self._distances: dict[tuple[int, int], int | None] = {}
        self._left = _PATIENCE

    def align(self, old: Node, new: Node, level: int, apart: frozenset[Pair] = frozenset()) -> Alignment:
        def distance(x: Node, y: Node) -> int | None:
            return None if (x, y) in apart else self._distance(x, y, level + 1)

        found = Alignment()
        queue = [(old, new)] if old.drawn != new.drawn else []
        while queue and (level == 0 or self._left > 0):
            a, b = queue.pop()
            self._left -= level > 0
            found.partner[b] = a
            if a.content != b.content:
                found.changed.append((a, b))
            else:
                found.kept += 1
            paired = pair_siblings(a.children, b.children, distance)
            found.removed.extend(paired.removed)
            found.added.extend(paired.added)
            _note_order(found, a, b, paired)
            for x, y in paired.pairs:
                found.partner[y] = x
                if x.shape != y.shape:
                    found.guessed.append((x, y))
                if x.drawn != y.drawn:
                    queue.append((x, y))
                else:
                    found.kept += x.size
        find_moves(found)
        return found

    def is_close(self, old: Node, new: Node) -> bool:
        """Whether a removed and an added span, each with all below it, would be no fewer edits."""
        return (self._distance(old, new, 1) or 0) <= 2

    def _distance(self, old: Node, new: Node, level: int) -> int | None:
        asked = old.shape, new.shape
        if asked not in self._distances:
            self._distances[asked] = self._measure(old, new, level)
        return self._distances[asked]

    def _measure(self, old: Node, new: Node, level: int) -> int | None:
        """Count the edits between two spans; spans that differ in most of their lines are different spans."""
        same = old.key == new.key
        if not same and fields_differ(old, new) > 1:
            return None
        found = self.align(old, new, level) if level <= _DEEPEST and self._left > 0 else None
        if found is None or self._left <= 0:
            return 2 if same else None
        edits = found.edits
        if same:
            alike = _share_children(found, old, new) if old.content == new.content else edits <= 2 * found.kept
            return edits if edits <= 2 or alike else None
        return edits if edits <= max(1, found.kept) else None


def _share_children(found: Alignment, old: Node, new: Node) -> bool:
    """Whether the two spans share a child; true as well if one of them has no children."""
    return len(found.partner) > 1 or not old.children or not new.children


def _note_order(found: Alignment, a: Node, b: Node, paired: Pairing) -> None:
    """Record children whose order changed; if a child was added or removed, that explains the new order."""
    found.retried.extend((x, y) for x, y in paired.pairs if x.attempt != y.attempt)
    partner = {y: x for x, y in paired.pairs}
    gone = set(paired.removed)
    old = [node for node in a.children if node not in gone]
    new = [node for node in b.children if node in partner]
    if all(x is partner[y] and x.marks == y.marks for x, y in zip(old, new, strict=True)):
        return
    said = changed_order(paired.pairs, a.children, b.children)
    if said:
        found.reordered[b] = said
        if not paired.removed and not paired.added:
            found.settled.add(b)
