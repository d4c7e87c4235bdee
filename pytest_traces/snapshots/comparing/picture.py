"""Draws a mismatch: changed lines at their places, unchanged lines counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_traces.drawing.marks import margin
from pytest_traces.drawing.text import shorten
from pytest_traces.snapshots.comparing.aligning.edits import Alignment
from pytest_traces.snapshots.comparing.fields import differences, rows
from pytest_traces.snapshots.text.tree import Node

_ROWS = 80  # lines of one picture
_AROUND = 5  # lines at the top, and before the first edit, if there are too many
_WIDTH = 160  # characters of one line
_ORDERS = 6  # neighbours named of one changed order


def draw_mismatch(found: Alignment, top: Node) -> str:
    """Return the new tree with removed lines at their old places, without lines far from every edit."""
    picture = _Picture(found)
    rows = picture.draw(top)
    leading = picture.first_edit - 2 * _AROUND
    if len(rows) > _ROWS and leading > 0:
        rows = [*rows[:_AROUND], f"  … {leading} unchanged", *rows[picture.first_edit - _AROUND :]]
    cut = len(rows) - _ROWS
    return "\n".join(rows if cut <= 0 else [*rows[:_ROWS], f"… {cut} more lines"])


class _Picture:
    def __init__(self, found: Alignment) -> None:
        self._found = found
        self._added = set(found.added)
        self._moved = {new: old for old, new in found.moved}
        self._away = [old for old, _ in found.moved]
        self._changed = {new: old for old, new in found.changed}
        self._retried = {new: old for old, new in found.retried}
        self._removed: dict[Node | None, list[Node]] = {}
        for node in found.removed:
            self._removed.setdefault(node.parent, []).append(node)
        partner = {old: new for new, old in found.partner.items()}
        lost = [partner[parent] for parent in self._removed if parent is not None]
        self._shown = _with_ancestors(
            [*found.added, *self._moved, *self._changed, *self._retried, *found.reordered, *lost]
        )
        self._rows: list[str] = []
        self._same = 0
        self._edits: list[int] = []

    @property
    def first_edit(self) -> int:
        """Where the first row stands that tells of an edit."""
        return min(self._edits, default=0)

    def draw(self, top: Node) -> list[str]:
        stack = self._below(top, 0)
        while stack:
            sign, node, depth = stack.pop()
            if sign == "-":
                self._single(sign, node, depth, [old for old in self._away if _is_below(old, node)])
            elif node in self._added:
                self._single("+", node, depth, [new for new in self._moved if _is_below(new, node)])
            elif node in self._shown:
                self._known(node, depth)
                stack.extend(self._below(node, depth + 1))
            else:
                self._same += node.size
        self._flush()
        return self._rows

    def _below(self, node: Node, depth: int) -> list[tuple[str, Node, int]]:
        """Return what to draw below a node, last first: its children, and those it lost at their old places."""
        places = _places(self._removed.get(self._found.partner.get(node), ()), len(node.children))
        rows: list[tuple[str, Node, int]] = []
        for index in range(len(node.children) + 1):
            rows.extend(("-", gone, depth) for gone in places.get(index, ()))
            if index < len(node.children):
                rows.append(("", node.children[index], depth))
        return rows[::-1]

    def _known(self, node: Node, depth: int) -> None:
        """Draw a line that has an old partner."""
        if node in self._moved:
            above = self._moved[node].parent
            where = f"moved here from {above.name!r}" if above is not None and above.content else "moved here"
            self._row(">", node, depth, where)
        elif node in self._changed:
            self._row("~", node, depth, head_only=True)
            self._notes(depth, rows(differences(self._changed[node], node)))
        else:
            self._row(" ", node, depth, self._renumbered(node), head_only=True)
        said = self._found.reordered.get(node, [])
        more = [f"… {len(said) - _ORDERS} more neighbours"] if len(said) > _ORDERS else []
        self._notes(depth, [*said[:_ORDERS], *more])

    def _renumbered(self, node: Node) -> str:
        old = self._retried.get(node)
        if old is None:
            return ""
        was = f"attempt {old.attempt}" if old.attempt else "the first attempt"
        return f"was {was}" if node.attempt else f"was {was}, now the first"

    def _single(self, sign: str, node: Node, depth: int, passing: list[Node]) -> None:
        """Draw an added or removed line, and count the lines below it."""
        attempt = _attempt(node)
        note = f"attempt {attempt} of {node.name!r} is {'new' if sign == '+' else 'gone'}" if attempt else ""
        self._row(sign, node, depth, note)
        went_along = sum(one.size for one in passing)
        own = node.size - 1 - went_along
        told = [f"and {own} below it"] * (own > 0)
        told += [f"{went_along} below it {'was' if went_along == 1 else 'were'} here before"] * (went_along > 0)
        if told:
            kept = told if sign == "+" else [text.replace("here before", "kept") for text in told]
            self._rows.append(f"{sign} {'  ' * (depth + 1)}… {', '.join(kept)}")

    def _row(self, sign: str, node: Node, depth: int, note: str = "", *, head_only: bool = False) -> None:
        self._flush()
        marks = f"{node.marks} " if node.marks else ""
        said = _head(node) if head_only else node.line
        attempt = f"   attempt {node.attempt}" if node.attempt and "attempt" not in note.partition(" of ")[0] else ""
        if sign != " " or note:
            self._edits.append(len(self._rows))
        self._rows.append(f"{sign} {'  ' * depth}{marks}{shorten(said, _WIDTH)}{attempt}{margin(note)}")

    def _notes(self, depth: int, texts: Sequence[str]) -> None:
        self._edits += [len(self._rows) - 1] * bool(texts)
        self._rows.extend(f"  {'  ' * (depth + 2)}{text}" for text in texts)

    def _flush(self) -> None:
        if self._same:
            self._rows.append(f"  … {self._same} unchanged")
        self._same = 0


def _head(node: Node) -> str:
    """Return type and name only: what changed is listed below the line."""
    fields = node.fields
    words = [fields[field] for field in ("event", "type", "name") if field in fields]
    return " ".join(words) or node.line


def _attempt(node: Node) -> int | None:
    """Return the number of an attempt; a first attempt is known by the second one after it."""
    if node.attempt or node.parent is None:
        return node.attempt
    later = node.parent.children[node.parent.children.index(node) + 1 :]
    second = (one for one in later if one.attempt == 2 and one.key == node.key)
    return 1 if any(one.fields.get("input") == node.fields.get("input") for one in second) else None


def _with_ancestors(nodes: Iterable[Node]) -> set[Node]:
    shown: set[Node] = set()
    for node in nodes:
        above: Node | None = node
        while above is not None and above not in shown:
            shown.add(above)
            above = above.parent
    return shown


def _is_below(node: Node, top: Node) -> bool:
    above = node.parent
    while above is not None and above is not top:
        above = above.parent
    return above is top


def _places(gone: Iterable[Node], last: int) -> dict[int, list[Node]]:
    """Put removed siblings before the child that stands at their old index."""
    places: dict[int, list[Node]] = {}
    index: dict[Node, int] = {}
    for node in gone:
        assert node.parent is not None, "unreachable because only the top has no parent, and it is never removed"
        if node not in index:
            index = {sibling: at for at, sibling in enumerate(node.parent.children)}
        places.setdefault(min(index[node], last), []).append(node)
    return places
