"""Finds moves: a subtree that was removed at one place and added, equal, at another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pytest_traces.snapshots.comparing.aligning.edits import Alignment
from pytest_traces.snapshots.text.tree import Node

_LOOKED_AT = 50  # of many equal subtrees


def find_moves(found: Alignment) -> None:
    """Take moves out of the removed and the added subtrees, at any depth, the largest first.

    Spans below a removed or an added span moved with it: they are no edits of their own.
    """
    waiting: dict[int, list[Node]] = defaultdict(list)
    for node in _largest_first(found.added):
        waiting[node.shape].append(node)
    tops = {*found.removed, *found.added}
    gone: set[Node] = set()
    come: set[Node] = set()
    for node in _largest_first(found.removed) if waiting else ():
        free = [one for one in waiting.get(node.shape, ())[:_LOOKED_AT] if not _inside(one, come)]
        # Of equal subtrees, one below a removed or added span is paired first: that gives the fewest edits.
        other = min(free, key=lambda one: (one in tops) == (node in tops), default=None)
        if other is not None and not _inside(node, gone):
            found.moved.append((node, other))
            found.partner[other] = node
            gone.add(node)
            come.add(other)
            waiting[other.shape].remove(other)
    found.removed = [node for node in found.removed if node not in gone]
    found.added = [node for node in found.added if node not in come]
    removed, added = set(found.removed), set(found.added)
    found.followed = [(old, new) for old, new in found.moved if _inside(old, removed) or _inside(new, added)]


def _largest_first(tops: Sequence[Node]) -> list[Node]:
    nodes = list(tops)
    for node in nodes:  # grows while it is read
        nodes.extend(node.children)
    last = set(nodes[: len(tops)])
    return sorted(nodes, key=lambda node: (-node.size, node in last))


def _inside(node: Node, some: set[Node]) -> bool:
    above: Node | None = node
    while above is not None:
        if above in some:
            return True
        above = above.parent
    return False
