"""Arranges siblings in one canonical order: causal order first, then content."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

from pytest_traces.analysis.ordering.arrangement import arrange
from pytest_traces.analysis.ordering.history import History
from pytest_traces.analysis.ordering.series import Fork, Knot, Series
from pytest_traces.analysis.ordering.siblings import moment_of
from pytest_traces.drawing.marks import in_branch, then, waiting_for
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree

Placed = tuple[str, SpanData]
"""The marks before a span, and the span."""


class Layout:
    """Roots and children of a tree in the order in which they are drawn.

    Concurrent siblings are sorted by their drawn text and that of their descendants, never by arrival.
    """

    def __init__(self, tree: SpanTree, content: Callable[[SpanData], str]) -> None:
        self._content = cache(content)
        self._digests: dict[str, str] = {}
        history = History()
        families = {span.call_id: family for span in tree.spans if (family := tree.children(span))}
        arranged = {call_id: _arranged(family, history) for call_id, family in families.items()}
        top = _arranged(tree.roots, history)
        self._children: dict[str, Sequence[Placed]] = {}
        for span in reversed(list(tree.below(tree.roots))):
            if span.call_id in arranged:
                self._children[span.call_id] = self._place(arranged[span.call_id])
        self.roots: Sequence[Placed] = self._place(top)

    def children(self, span: SpanData) -> Sequence[Placed]:
        """Return the children of a span, in order, with their marks."""
        return self._children.get(span.call_id, ())

    def _place(self, series: Series[SpanData]) -> list[Placed]:
        placed: list[Placed] = []
        after_group = False
        for step in series:
            if isinstance(step, (Fork, Knot)):
                group = self._branches(step) if isinstance(step, Fork) else self._crosswise(step)
                placed.extend([(then(group[0][0]), group[0][1]), *group[1:]] if after_group else group)
            else:
                placed.append(("", step))
            after_group = isinstance(step, (Fork, Knot))
        return placed

    def _branches(self, fork: Fork[SpanData]) -> list[Placed]:
        branches = [self._place(branch) for branch in fork.branches]
        begin = [self._content(branch[0][1]) for branch in branches]
        if len(set(begin)) == len(begin):  # as mostly: then nothing else of the branches is compared
            branches = [branch for _, branch in sorted(zip(begin, branches, strict=True))]
        else:
            branches.sort(key=self._key)
        return [(in_branch(index) + marks, span) for branch in branches for index, (marks, span) in enumerate(branch)]

    def _crosswise(self, knot: Knot[SpanData]) -> list[Placed]:
        contents = [f"{self._content(span)}\n{self._digest(span)}" for span in knot.items]
        return [(marks, knot.items[i]) for marks, i in crosswise(knot, contents)]

    def _key(self, branch: Sequence[Placed]) -> list[tuple[str, str, str]]:
        return [(self._content(span), self._digest(span), marks) for marks, span in branch]

    def _digest(self, top: SpanData) -> str:
        """Return a digest of the drawn text of a span and its descendants; only members of groups need one."""
        waiting = [top]
        while waiting:
            span = waiting[-1]
            placed = self.children(span)
            below = [child for _, child in placed if child.call_id not in self._digests]
            if below:
                waiting.extend(below)
                continue
            digest = blake2b(self._content(span).encode(), digest_size=16)
            for marks, child in placed:
                digest.update(f"\n{marks}{self._digests[child.call_id]}".encode())
            self._digests[waiting.pop().call_id] = digest.hexdigest()
        return self._digests[top.call_id]


def _arranged(family: Sequence[SpanData], history: History) -> Series[SpanData]:
    return tuple(family) if len(family) < 2 else arrange([moment_of(one) for one in family], history)


def crosswise(knot: Knot[Any], contents: Sequence[str]) -> list[tuple[str, int]]:
    """Order the members of a knot by content; return the marks and the index of each member."""
    looks = _looks(knot, contents)
    depth: list[int] = []
    for before in knot.after:
        depth.append(1 + max((depth[i] for i in before), default=0))
    order = sorted(range(len(looks)), key=lambda i: (depth[i], looks[i]))
    number = {i: at for at, i in enumerate(order, 1)}
    return [(waiting_for(number[j] for j in knot.after[i]), i) for i in order]


def _looks(knot: Knot[Any], contents: Sequence[str]) -> list[str]:
    """Return a sort key for each member of a knot: its content, then its predecessors and successors."""
    followers: list[list[int]] = [[] for _ in contents]
    for i, before in enumerate(knot.after):
        for j in before:
            followers[j].append(i)
    looks = _refined(contents, knot.after, followers)
    while len(set(looks)) < len(looks):  # equal members: any of them may be the first
        first = next(look for look in sorted(looks) if looks.count(look) > 1)
        looks[looks.index(first)] += "\n"
        looks = _refined(looks, knot.after, followers)
    return looks


def _refined(looks: Sequence[str], after: Sequence[Sequence[int]], followers: Sequence[Sequence[int]]) -> list[str]:
    told, kinds = list(looks), 0
    while len(set(told)) > kinds:
        kinds = len(set(told))
        around = [
            repr((told[i], sorted(told[j] for j in after[i]), sorted(told[j] for j in followers[i])))
            for i in range(len(told))
        ]
        digests = [blake2b(one.encode(), digest_size=16).hexdigest() for one in around]
        told = [f"{look}\n{digest}" for look, digest in zip(looks, digests, strict=True)]
    return told
