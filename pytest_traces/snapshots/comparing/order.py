"""The order of siblings, read back from the marks before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from typing import Literal

from pytest_traces.drawing.marks import BRANCH, NEXT, THEN
from pytest_traces.drawing.text import shorten
from pytest_traces.snapshots.text.tree import Node

Relation = Literal["before", "after", "beside"]

Place = tuple[int, ...]
"""Position in the series, branch of the fork there, position in that branch, ..."""


def places(siblings: Sequence[Node]) -> dict[Node, Place]:
    """Return the place of each sibling.

    `a`, `∥ b`, `∥ ↳ c`, `∥ d`, `then ∥ e`, `∥ f` are a; then b and c beside d; then e beside f.
    """
    found: dict[Node, Place] = {}
    _place([(node.marks.split(), node) for node in siblings], (), found)
    return found


def relation(a: Place, b: Place) -> Relation:
    """Return whether the first of two siblings comes before, after or beside the second."""
    at = next((level for level, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), None)
    if at is None or at % 2:  # `None` only if the marks were edited by hand
        return "beside"
    return "before" if a[at] < b[at] else "after"


def changed_order(pairs: Sequence[tuple[Node, Node]], old: Sequence[Node], new: Sequence[Node]) -> list[str]:
    """Return which paired siblings have another order now; neighbours only, if they show it.

    Among equal siblings the one that moved is unknown: they are named only if there is no other edit.
    """
    before, after = places(old), places(new)
    partner = {y: x for x, y in pairs}
    stayed = [y for y in new if y in partner]
    alike = Counter(node.shape for node in stayed)

    def told(one: Node, other: Node) -> str | None:
        now = relation(after[one], after[other])
        if now == relation(before[partner[one]], before[partner[other]]):
            return None
        return _SAYS[now].format(*_names_of(one, other))

    return _told_of([node for node in stayed if alike[node.shape] == 1], told) or _told_of(stayed, told)


def _told_of(some: Sequence[Node], told: Callable[[Node, Node], str | None]) -> list[str]:
    found = [said for one, other in pairwise(some) if (said := told(one, other)) is not None]
    if found:
        return list(dict.fromkeys(found))
    return next(([said] for one, other in combinations(some[:_LOOKED_AT], 2) if (said := told(one, other))), [])


_LOOKED_AT = 100  # siblings compared pair by pair if all neighbours kept their order
_LONGEST = 60  # characters of a line that stands for a name

_SAYS: dict[Relation, str] = {
    "beside": "{0} and {1} now run side by side",
    "before": "{0} now runs before {1}",
    "after": "{1} now runs before {0}",
}


def _names_of(one: Node, other: Node) -> tuple[str, str]:
    """Return what tells two siblings apart: their names, or what they say if their names are the same."""
    if one.name != other.name:
        return repr(one.name), repr(other.name)
    return shorten(one.line, _LONGEST), shorten(other.line, _LONGEST)


def _place(items: Sequence[tuple[list[str], Node]], above: Place, found: dict[Node, Place]) -> None:
    inside: dict[Place, list[tuple[list[str], Node]]] = {}
    position, branch, forked = -1, 0, False
    for marks, node in items:
        if not marks:
            position, forked = position + 1, False
            found[node] = (*above, position)
            continue
        if marks[0] == THEN or not forked:
            position, branch, forked = position + 1, -1, True
        rest = marks[marks.index(BRANCH) + 1 :] if BRANCH in marks else []
        if rest[:1] == [NEXT]:
            rest = rest[1:]
        else:
            branch += 1
        inside.setdefault((*above, position, branch), []).append((rest, node))
    for place, some in inside.items():
        _place(some, place, found)
