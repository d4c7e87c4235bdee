"""The edits between two drawn trees: what was added, removed, moved, renamed, changed and reordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_traces.snapshots.comparing.aligning.siblings import Pair
from pytest_traces.snapshots.text.tree import Node, fields_differ


@dataclass
class Alignment:
    """Which line of one tree is which line of the other, and the lines that have no partner."""

    changed: list[Pair] = field(default_factory=list)
    """Spans whose own line differs."""
    removed: list[Node] = field(default_factory=list)
    added: list[Node] = field(default_factory=list)
    moved: list[Pair] = field(default_factory=list)
    """Subtrees that have another parent now."""
    followed: list[Pair] = field(default_factory=list)
    """Those of them that moved only because their parent was removed or added."""
    reordered: dict[Node, list[str]] = field(default_factory=dict)
    """Spans whose children have another order now, and how it changed."""
    settled: set[Node] = field(default_factory=set)
    """Those of them that gained and lost no child: the new order is an edit of its own."""
    retried: list[Pair] = field(default_factory=list)
    """Spans that are now another attempt."""
    partner: dict[Node, Node] = field(default_factory=dict)
    """The old line of each new line that was compared."""
    kept: int = 0
    """Lines that did not change, among those that were compared and their children."""
    guessed: list[Pair] = field(default_factory=list)
    """Spans taken for the same one though they, or what is below them, differ."""

    def counts(self) -> Mapping[str, int]:
        """Count the edits by kind; a consequence of another edit does not count."""
        renamed = sum(_is_renamed(old, new) for old, new in self.changed)
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

    @property
    def edits(self) -> int:
        """How many edits there are in all."""
        return sum(self.counts().values())


def _is_renamed(old: Node, new: Node) -> bool:
    """Whether two lines differ in nothing but the name or the type."""
    return old.key != new.key and fields_differ(old, new) == 1
