"""Says how a trace differs from its snapshot: how many edits, and each in its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_traces.snapshots.align import Alignment, align
from pytest_traces.snapshots.difference import differences
from pytest_traces.snapshots.parse import Node, parse_tree

_ROWS = 80  # lines of one explanation


@dataclass(frozen=True)
class Explanation:
    """The edits between two texts, counted and drawn."""

    edits: int
    headline: str
    body: str


def explain(kind: str, stored: str, received: str) -> tuple[str, str]:
    """Return a headline such as `1 edit: 1 span added`, and the changed lines in their place."""
    told = explain_tree(stored, received, "event" if kind == "events" else "count" if kind == "usage" else "span")
    return told.headline, told.body


def explain_tree(stored: str, received: str, noun: str = "span") -> Explanation:
    """Align two drawn trees and tell their edits."""
    old, new = parse_tree(stored), parse_tree(received)
    found = align(old, new)
    counts = _counts(found)
    edits = sum(counts.values())
    told = ", ".join(f"{count} {noun}{'s' * (count > 1)} {what}" for what, count in counts.items() if count)
    headline = f"{edits} edit{'s' * (edits != 1)}: {told}" if edits else "the same spans, drawn differently"
    return Explanation(edits, headline, "\n".join(_Drawing(found).draw(new)))


def _counts(found: Alignment) -> dict[str, int]:
    """Count edits; what only followed from another one is not an edit of its own."""
    added, removed = {id(node) for node in found.added}, {id(node) for node in found.removed}
    moved = [(old, new) for old, new in found.moved if id(old.parent) not in removed and id(new.parent) not in added]
    own = [(old, new) for old, new in found.pairs if old.content != new.content]
    renamed = [(old, new) for old, new in own if _only_renamed(old, new)]
    return {
        "added": len(found.added),
        "removed": len(found.removed),
        "moved": len(moved),
        "renamed": len(renamed),
        "changed": len(own) - len(renamed),
        "reordered": len(found.reordered),
    }


def _only_renamed(old: Node, new: Node) -> bool:
    drawn = old.key[1] if len(old.key) > 1 else ""
    return old.key != new.key and old.content.replace(drawn, "", 1) == new.content.replace(
        new.key[1] if len(new.key) > 1 else "", "", 1
    )


class _Drawing:
    """Draws the new tree with what was removed put back in its place, and nothing far from an edit."""

    def __init__(self, found: Alignment) -> None:
        self._added = {id(node) for node in found.added}
        self._moved = {id(new) for _, new in found.moved}
        self._partner = {id(new): old for old, new in found.pairs}
        self._reordered = {id(new): old for old, new in found.reordered}
        self._removed: dict[int, list[Node]] = {}
        for node in found.removed:
            self._removed.setdefault(id(node.parent), []).append(node)
        edited = [*found.added, *(new for _, new in found.moved), *(new for _, new in found.reordered)]
        self._shown = _with_ancestors([*edited, *(new for _, new in found.pairs)])
        self._rows: list[str] = []
        self._same = 0

    def draw(self, top: Node) -> list[str]:
        """Return the rows; runs of unchanged lines are counted."""
        stack: list[tuple[str, Node, int]] = self._inside(top, 0)
        while stack:
            sign, node, depth = stack.pop()
            if sign:
                self._whole(sign, node, depth)
            elif id(node) in self._shown:
                self._row_of(node, depth)
                stack.extend(self._inside(node, depth + 1))
            else:
                self._same += node.size
        self._flush()
        cut = len(self._rows) - _ROWS
        return self._rows if cut <= 0 else [*self._rows[:_ROWS], f"… {cut} more lines"]

    def _inside(self, node: Node, depth: int) -> list[tuple[str, Node, int]]:
        """Return what to draw below a node, last first: its children, and those it lost at their old places."""
        old = self._partner.get(id(node))
        places = _places(self._removed.get(id(old), []), len(node.children))
        rows: list[tuple[str, Node, int]] = []
        for index in range(len(node.children) + 1):
            rows.extend(("-", gone, depth) for gone in places.get(index, ()))
            if index < len(node.children):
                child = node.children[index]
                rows.append(("+" if id(child) in self._added else "", child, depth))
        return rows[::-1]

    def _row_of(self, node: Node, depth: int) -> None:
        old = self._partner.get(id(node))
        if id(node) in self._moved:
            self._row(">", node, depth, "moved here")
        elif old is not None and old.content != node.content:
            self._row("~", node, depth)
            for path, before, after in differences(old.content, node.content):
                self._note(depth, f"{path}: {before} → {after}" if path else before)
        else:
            self._row(" ", node, depth)
        if id(node) in self._reordered:
            self._note(depth, f"order: {_order(self._reordered[id(node)].children)} → {_order(node.children)}")

    def _whole(self, sign: str, node: Node, depth: int) -> None:
        note = ""
        if node.attempt:
            note = f"attempt {node.attempt} of {node.name!r} is {'new' if sign == '+' else 'gone'}"
        self._row(sign, node, depth, note)
        if node.size > 1:
            self._rows.append(f"{sign} {'  ' * (depth + 1)}… and {node.size - 1} below it")

    def _row(self, sign: str, node: Node, depth: int, note: str = "") -> None:
        self._flush()
        marks = f"{node.marks} " if node.marks else ""
        attempt = f"   attempt {node.attempt}" if node.attempt and not note else ""
        self._rows.append(f"{sign} {'  ' * depth}{marks}{node.content}{attempt}" + (f"   ← {note}" if note else ""))

    def _note(self, depth: int, text: str) -> None:
        self._rows.append(f"  {'  ' * (depth + 2)}{text}")

    def _flush(self) -> None:
        if self._same:
            self._rows.append(f"  … {self._same} unchanged")
        self._same = 0


def _with_ancestors(nodes: Iterable[Node]) -> set[int]:
    shown: set[int] = set()
    for node in nodes:
        above: Node | None = node
        while above is not None and id(above) not in shown:
            shown.add(id(above))
            above = above.parent
    return shown


def _order(children: Iterable[Node]) -> str:
    return ", ".join(f"{node.marks} {node.name}".strip() for node in list(children)[:8])


def _places(gone: Iterable[Node], last: int) -> dict[int, list[Node]]:
    """Put removed siblings before the child that stands at their old index."""
    places: dict[int, list[Node]] = {}
    for node in gone:
        assert node.parent is not None, "unreachable because only the top has no parent, and it is never removed"
        index = next(index for index, sibling in enumerate(node.parent.children) if sibling is node)
        places.setdefault(min(index, last), []).append(node)
    return places
