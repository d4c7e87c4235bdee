"""Finds the fewest edits between two drawn trees: spans added, removed, moved, renamed, changed, reordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_traces.snapshots.moves import find_moves
from pytest_traces.snapshots.parse import Node, fields_differ
from pytest_traces.snapshots.relation import changed_order
from pytest_traces.snapshots.siblings import Pair, Pairing, pair_siblings

_DEEPEST = 40  # levels compared ahead before two spans are called the same
_PATIENCE = 20_000  # spans looked at ahead in one alignment


@dataclass
class Alignment:
    """Which line of one tree is which of the other, and what is left over."""

    changed: list[Pair] = field(default_factory=list)
    """Spans whose own line differs."""
    removed: list[Node] = field(default_factory=list)
    added: list[Node] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    """Subtrees that stand elsewhere now."""
    followed: list[Pair] = field(default_factory=list)
    """Those of them that only went along: what held them is gone, or what holds them is new."""
    reordered: dict[Node, list[str]] = field(default_factory=dict)
    """Spans whose children stand to one another as they did not before, and how."""
    settled: set[Node] = field(default_factory=set)
    """Those of them that gained and lost no child: nothing else explains it."""
    retried: list[Pair] = field(default_factory=list)
    """Spans that are now another attempt."""
    partner: dict[Node, Node] = field(default_factory=dict)
    """The old line of each new one that was looked into."""
    kept: int = 0
    """Lines that stayed as they were, among those that were looked into or just below them."""

    def counts(self) -> Mapping[str, int]:
        """Count the edits by what they are; what only followed from another edit is none."""
        renamed = sum(is_renamed(old, new) for old, new in self.changed)
        counts = {
            "added": len(self.added),
            "removed": len(self.removed),
            "moved": len(self.moved) - len(self.followed),
            "renamed": renamed,
            "changed": len(self.changed) - renamed,
            "reordered": len(self.settled),
        }
        if not any(counts.values()) and self.retried:
            counts["retried"] = 1
        return Counter(counts)


def align(old: Node, new: Node) -> Alignment:
    """Pair two trees from the top down; equal subtrees are never looked into."""
    return _Search().align(old, new, 0)


def is_renamed(old: Node, new: Node) -> bool:
    """Whether nothing but its name or its type tells one line from the other."""
    return old.key != new.key and fields_differ(old, new) == 1


class _Search:
    """One alignment, and the smaller ones that it takes to decide who is who."""

    def __init__(self) -> None:
        self._distances: dict[tuple[int, int], int | None] = {}
        self._left = _PATIENCE

    def align(self, old: Node, new: Node, level: int) -> Alignment:
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
            paired = pair_siblings(a.children, b.children, lambda x, y: self._distance(x, y, level + 1))
            found.removed.extend(paired.removed)
            found.added.extend(paired.added)
            _note_order(found, a, b, paired)
            for x, y in paired.pairs:
                found.partner[y] = x
                if x.drawn != y.drawn:
                    queue.append((x, y))
                else:
                    found.kept += x.size
        find_moves(found)
        return found

    def _distance(self, old: Node, new: Node, level: int) -> int | None:
        asked = old.shape, new.shape
        if asked not in self._distances:
            self._distances[asked] = self._measure(old, new, level)
        return self._distances[asked]

    def _measure(self, old: Node, new: Node, level: int) -> int | None:
        """Count the edits between two spans; two that have less in common than apart are not the same one."""
        same = old.key == new.key
        if not same and fields_differ(old, new) > 1:
            return None
        found = self.align(old, new, level) if level <= _DEEPEST and self._left > 0 else None
        if found is None or self._left <= 0:
            return 2 if same else None
        edits = sum(found.counts().values())
        if same:
            return edits if edits <= 2 or old.content == new.content or edits <= 2 * found.kept else None
        return edits if edits <= max(1, found.kept) else None


def _note_order(found: Alignment, a: Node, b: Node, paired: Pairing) -> None:
    """Tell of children that stand to one another otherwise; where one came or went, that explains it."""
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
