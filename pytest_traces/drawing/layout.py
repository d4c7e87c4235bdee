"""Siblings in canonical order: causal where causality orders them, by content where it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b

from pytest_traces.analysis.order import Fork, LaneLog, Series, arrange, moment_of
from pytest_traces.model.span import Span
from pytest_traces.model.tree import SpanTree

Placed = tuple[str, Span]
"""A span and the marks before it: `""`, `"∥ "`, `"∥ ↳ "`, `"then ∥ "`."""


class Layout:
    """Roots and children of a tree in the order in which they are drawn.

    Concurrent siblings are sorted by what is drawn of them and of all below them; arrival never decides.
    """

    def __init__(self, tree: SpanTree, content: Callable[[Span], str]) -> None:
        self._content = content
        self._digests: dict[str, str] = {}
        log = LaneLog(lambda: tree.spans)
        families = {span.call_id: tree.children(span) for span in tree.spans if tree.children(span)}
        arranged = {call_id: arrange([moment_of(one) for one in family], log) for call_id, family in families.items()}
        top = arrange([moment_of(root) for root in tree.roots], log)
        self._children: dict[str, Sequence[Placed]] = {}
        forked = any(isinstance(step, Fork) for series in (top, *arranged.values()) for step in series)
        for span in reversed(list(tree.below(tree.roots))):
            series = arranged.get(span.call_id, ())
            placed = self._place(series)
            if placed:
                self._children[span.call_id] = placed
            if forked:
                self._digests[span.call_id] = self._digest(span, placed)
        self.roots: Sequence[Placed] = self._place(top)

    def children(self, span: Span) -> Sequence[Placed]:
        """Return the children of a span, in order, with their marks."""
        return self._children.get(span.call_id, ())

    def _place(self, series: Series[Span]) -> list[Placed]:
        placed: list[Placed] = []
        after_fork = False
        for step in series:
            if isinstance(step, Fork):
                group = self._group(step)
                placed.extend([("then " + group[0][0], group[0][1]), *group[1:]] if after_fork else group)
            else:
                placed.append(("", step))
            after_fork = isinstance(step, Fork)
        return placed

    def _group(self, fork: Fork[Span]) -> list[Placed]:
        branches = sorted((self._place(branch) for branch in fork.branches), key=self._key)
        return [
            (("∥ ↳ " if index else "∥ ") + marks, span)
            for branch in branches
            for index, (marks, span) in enumerate(branch)
        ]

    def _key(self, branch: Sequence[Placed]) -> list[tuple[str, str, str]]:
        return [(self._content(span), self._digests[span.call_id], marks) for marks, span in branch]

    def _digest(self, span: Span, placed: Sequence[Placed]) -> str:
        digest = blake2b(self._content(span).encode(), digest_size=16)
        for marks, child in placed:
            digest.update(f"\n{marks}{self._digests[child.call_id]}".encode())
        return digest.hexdigest()
