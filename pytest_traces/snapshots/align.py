"""Finds the fewest edits between two drawn trees: spans added, removed, moved, renamed, changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal

from pytest_traces.snapshots.parse import Node

EditKind = Literal["added", "removed", "moved", "renamed", "changed", "reordered"]

_PATIENCE = 4_000_000  # comparisons; beyond it, siblings are paired by their keys alone


@dataclass
class Alignment:
    """Which node of one tree is which of the other, and what is left over."""

    pairs: list[tuple[Node, Node]] = field(default_factory=list)
    removed: list[Node] = field(default_factory=list)
    added: list[Node] = field(default_factory=list)
    moved: list[tuple[Node, Node]] = field(default_factory=list)
    reordered: list[tuple[Node, Node]] = field(default_factory=list)
    """Parents whose children only changed between side by side and in order, or their attempts' numbers."""


def align(old: Node, new: Node) -> Alignment:
    """Pair two trees from the top down; equal subtrees are never looked into."""
    found = Alignment(pairs=[(old, new)] if old.digest != new.digest else [])
    queue = [(old, new)]
    while queue:
        a, b = queue.pop()
        paired, removed, added = _align_children(a.children, b.children)
        found.removed.extend(removed)
        found.added.extend(added)
        settled = not removed and not added
        if settled and any(x.marks != y.marks or x.attempt != y.attempt for x, y in paired):
            found.reordered.append((a, b))
        for x, y in paired:
            if x.digest != y.digest:
                found.pairs.append((x, y))
            if x.children or y.children:
                queue.append((x, y))
    _find_moves(found)
    return found


def _align_children(old: Sequence[Node], new: Sequence[Node]) -> tuple[list[tuple[Node, Node]], list[Node], list[Node]]:
    """Pair siblings: equal subtrees first, then equal types and names, then equal types."""
    paired: list[tuple[Node, Node]] = []
    left, right = _pair_in_order(old, new, lambda node: node.digest, paired)
    left, right = _pair_in_groups(left, right, paired)
    left, right = _pair_between(old, new, left, right, paired, lambda node: node.key)
    left, right = _pair_anywhere(left, right, paired)
    left, right = _pair_renamed(old, new, left, right, paired)
    return paired, left, right


def _pair_in_order(
    old: Sequence[Node], new: Sequence[Node], key: Callable[[Node], Hashable], paired: list[tuple[Node, Node]]
) -> tuple[list[Node], list[Node]]:
    """Pair along the longest common subsequence of keys; return what stays single."""
    start, end_old, end_new = 0, len(old), len(new)
    while start < min(end_old, end_new) and key(old[start]) == key(new[start]):
        paired.append((old[start], new[start]))
        start += 1
    while end_old > start and end_new > start and key(old[end_old - 1]) == key(new[end_new - 1]):
        end_old -= 1
        end_new -= 1
        paired.append((old[end_old], new[end_new]))
    a, b = list(old[start:end_old]), list(new[start:end_new])
    if not a or not b or len(a) * len(b) > _PATIENCE:
        return a, b
    single_a, single_b = dict.fromkeys(range(len(a))), dict.fromkeys(range(len(b)))
    matcher = SequenceMatcher(None, [key(node) for node in a], [key(node) for node in b], autojunk=False)
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            paired.append((a[block.a + step], b[block.b + step]))
            del single_a[block.a + step], single_b[block.b + step]
    return [a[i] for i in single_a], [b[i] for i in single_b]


def _pair_in_groups(
    left: list[Node], right: list[Node], paired: list[tuple[Node, Node]]
) -> tuple[list[Node], list[Node]]:
    """Pair equal subtrees of concurrent siblings wherever they stand: their order means nothing."""
    return _pair_by(left, right, paired, lambda node: node.digest if node.marks else None)


def _pair_anywhere(
    left: list[Node], right: list[Node], paired: list[tuple[Node, Node]]
) -> tuple[list[Node], list[Node]]:
    """Pair concurrent siblings of one type and name, changed ones too."""
    return _pair_by(left, right, paired, lambda node: node.key if node.marks else None)


def _pair_by(
    left: list[Node], right: list[Node], paired: list[tuple[Node, Node]], key: Callable[[Node], Hashable | None]
) -> tuple[list[Node], list[Node]]:
    waiting: dict[Hashable, list[Node]] = defaultdict(list)
    for node in reversed(right):
        if key(node) is not None:
            waiting[key(node)].append(node)
    single: list[Node] = []
    for node in left:
        others = waiting.get(key(node)) if key(node) is not None else None
        if others:
            paired.append((node, others.pop()))
        else:
            single.append(node)
    taken = {id(new) for _, new in paired}
    return single, [node for node in right if id(node) not in taken]


def _pair_between(
    old: Sequence[Node],
    new: Sequence[Node],
    left: list[Node],
    right: list[Node],
    paired: list[tuple[Node, Node]],
    key: Callable[[Node], Hashable],
) -> tuple[list[Node], list[Node]]:
    """Pair what is left by key, but only between the same already paired neighbours."""
    single_old: list[Node] = []
    single_new: list[Node] = []
    for some_old, some_new in _gaps(old, new, left, right, paired):
        rest_old, rest_new = _pair_in_order(some_old, some_new, key, paired)
        single_old.extend(rest_old)
        single_new.extend(rest_new)
    return single_old, single_new


def _pair_renamed(
    old: Sequence[Node], new: Sequence[Node], left: list[Node], right: list[Node], paired: list[tuple[Node, Node]]
) -> tuple[list[Node], list[Node]]:
    """Pair what stands in the same gap and is alike but for its name, or but for its type."""
    single_old: list[Node] = []
    single_new: list[Node] = []
    for some_old, some_new in _gaps(old, new, left, right, paired):
        if len(some_old) == len(some_new) and all(map(_alike, some_old, some_new)):
            paired.extend(zip(some_old, some_new, strict=True))
        else:
            single_old.extend(some_old)
            single_new.extend(some_new)
    return single_old, single_new


def _alike(a: Node, b: Node) -> bool:
    if len(a.key) < 2 or len(b.key) < 2:
        return a.key[:1] == b.key[:1]
    same_children = [child.digest for child in a.children] == [child.digest for child in b.children]
    return same_children and (a.key[0] == b.key[0] or a.key[1] == b.key[1])


def _gaps(
    old: Sequence[Node], new: Sequence[Node], left: list[Node], right: list[Node], paired: list[tuple[Node, Node]]
) -> list[tuple[list[Node], list[Node]]]:
    """Group what is left by the nearest paired sibling before it."""
    partner = {id(a): id(b) for a, b in paired}
    gaps: dict[int, tuple[list[Node], list[Node]]] = {}
    for siblings, singles, side in ((old, {id(node) for node in left}, 0), (new, {id(node) for node in right}, 1)):
        anchor = 0
        for node in siblings:
            if id(node) in singles:
                gaps.setdefault(anchor, ([], []))[side].append(node)
            else:
                anchor = partner.get(id(node), 0) if side == 0 else id(node)
    return list(gaps.values())


def _find_moves(found: Alignment) -> None:
    """Read an equal subtree removed here and added there as one move, at any depth of either."""
    waiting: dict[bytes, list[Node]] = defaultdict(list)
    for node in _with_below(found.added):
        waiting[node.digest].append(node)
    gone: set[int] = set()
    come: set[int] = set()
    for node in _with_below(found.removed):
        others = [other for other in waiting.get(node.digest, ()) if id(other) not in come]
        if others and not _inside(node, gone) and not _inside(others[0], come):
            found.moved.append((node, others[0]))
            gone.add(id(node))
            come.add(id(others[0]))
    found.removed = [node for node in found.removed if id(node) not in gone]
    found.added = [node for node in found.added if id(node) not in come]


def _with_below(tops: Sequence[Node]) -> list[Node]:
    nodes = list(tops)
    for node in nodes:  # grows while it is read
        nodes.extend(node.children)
    return nodes


def _inside(node: Node, some: set[int]) -> bool:
    above: Node | None = node
    while above is not None:
        if id(above) in some:
            return True
        above = above.parent
    return False
