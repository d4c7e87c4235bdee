"""Pairs the children of two spans that are the same span: equal ones first, then similar ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pytest_traces.drawing.marks import continues_branch
from pytest_traces.snapshots.comparing.aligning.subsequence import common
from pytest_traces.snapshots.text.tree import Node, fields_differ

_COMPARED = 400  # pairs of single siblings compared one by one

Pair = tuple[Node, Node]
Gap = tuple[int, int]
"""The paired siblings before and after a place, by number; 0 at either end."""
Distance = Callable[[Node, Node], int | None]
"""How many edits turn one span, with all below it, into another; `None` if they are different spans."""


@dataclass(frozen=True)
class Pairing:
    """Which old sibling is which new one, and which have no partner."""

    pairs: list[Pair]
    removed: list[Node]
    added: list[Node]


def pair_siblings(old: Sequence[Node], new: Sequence[Node], distance: Distance) -> Pairing:
    """Pair equal subtrees in order, then equal ones at any place, then changed ones."""
    pairs = _equal_branches(old, new)
    left, right = _single(old, new, pairs)
    pairs += [(left[x], right[y]) for x, y in common([node.shape for node in left], [node.shape for node in right])]
    left, right = _single(left, right, pairs)
    pairs += _equal_by(left, right, lambda node: node.shape)
    left, right = _single(left, right, pairs)
    if left and right:
        gaps = _gaps(old, new, pairs)
        pairs += _nearest(left, right, gaps, distance)
        left, right = _single(left, right, pairs)
    return Pairing(pairs, left, right)


def _equal_branches(old: Sequence[Node], new: Sequence[Node]) -> list[Pair]:
    before, after = _branches(old), _branches(new)
    shapes, others = ([tuple(node.shape for node in branch) for branch in some] for some in (before, after))
    return [pair for x, y in common(shapes, others) for pair in zip(before[x], after[y], strict=True)]


def _single(old: Iterable[Node], new: Iterable[Node], pairs: Sequence[Pair]) -> tuple[list[Node], list[Node]]:
    taken = {node for pair in pairs for node in pair}
    return [node for node in old if node not in taken], [node for node in new if node not in taken]


def _equal_by(left: Sequence[Node], right: Sequence[Node], key: Callable[[Node], Hashable]) -> list[Pair]:
    waiting: dict[Hashable, list[Node]] = defaultdict(list)
    for node in reversed(right):
        waiting[key(node)].append(node)
    return [(node, waiting[key(node)].pop()) for node in left if waiting.get(key(node))]


def _nearest(left: Sequence[Node], right: Sequence[Node], gaps: Mapping[Node, Gap], distance: Distance) -> list[Pair]:
    """Pair the fewest edits first; if two pairs need as many, the one that keeps name and place."""
    if len(left) * len(right) > _COMPARED:
        return _equal_by(left, right, lambda node: node.key)
    candidates = []
    for i, x in enumerate(left):
        for j, y in enumerate(right):
            stayed = any(a == b for a, b in zip(gaps[x], gaps[y], strict=True))
            free = stayed or bool(x.marks and y.marks)  # the order of concurrent spans means nothing
            edits = distance(x, y) if free or x.key == y.key else None
            if edits is not None and not (edits > 1 and (_holds(x, y) or _holds(y, x))):
                likeness = x.key != y.key, fields_differ(x, y), abs(i - j)
                candidates.append((edits + (not free), *likeness, i, j))
    pairs: list[Pair] = []
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for *_, i, j in sorted(candidates):
        if i not in taken_left and j not in taken_right:
            pairs.append((left[i], right[j]))
            taken_left.add(i)
            taken_right.add(j)
    return pairs


def _holds(outer: Node, inner: Node) -> bool:
    """Whether one span lies, unchanged, below the other: it was wrapped or unwrapped."""
    below = list(outer.children)
    for node in below:  # grows while it is read
        if node.size > inner.size:
            below.extend(node.children)
    return any(node.shape == inner.shape for node in below)


def _branches(siblings: Sequence[Node]) -> list[list[Node]]:
    """Group the spans of one branch of a fork: a whole branch is compared with another."""
    branches: list[list[Node]] = []
    for node in siblings:
        if continues_branch(node.marks) and branches:
            branches[-1].append(node)
        else:
            branches.append([node])
    return branches


def _gaps(old: Sequence[Node], new: Sequence[Node], pairs: Sequence[Pair]) -> dict[Node, Gap]:
    """Return the paired siblings around each sibling: a span keeps its place if one of them is the same."""
    number = {node: at for at, pair in enumerate(pairs, 1) for node in pair}
    gaps: dict[Node, Gap] = {}
    for siblings in (old, new):
        behind = _last_paired(siblings, number)
        ahead = _last_paired(siblings[::-1], number)[::-1]
        gaps.update(zip(siblings, zip(behind, ahead, strict=True), strict=True))
    return gaps


def _last_paired(siblings: Sequence[Node], number: Mapping[Node, int]) -> list[int]:
    return list(accumulate(siblings, lambda last, node: number.get(node, last), initial=0))[1:]
