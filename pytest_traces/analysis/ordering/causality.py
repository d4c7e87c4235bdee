"""The order of two spans anywhere in the tree.

`siblings` orders siblings; other spans have the order of the siblings that lead to them.
"""

from __future__ import annotations

from pytest_traces.analysis.ordering.history import History
from pytest_traces.analysis.ordering.siblings import concurrent, moment_of
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree


class Causality:
    """The causal order of the spans of one trace."""

    def __init__(self, tree: SpanTree) -> None:
        self._tree = tree
        self._history = History()
        self._place = {span.call_id: index for index, span in enumerate(tree.spans)}
        self._lines: dict[str, list[SpanData]] = {}
        self._declared: dict[str, frozenset[str]] = {}

    def side_by_side(self, a: SpanData, b: SpanData) -> bool:
        """Return whether two spans are concurrent: neither contains the other, and no chain of waits orders them."""
        reached = self._siblings(a, b)
        if reached is None:
            return False
        first, second = reached
        if first.call_id in self._before(second) or second.call_id in self._before(first):
            return False
        return concurrent(moment_of(first), moment_of(second), self._history)

    def follows(self, a: SpanData, b: SpanData) -> bool:
        """Return whether `b` began after `a` and is not concurrent with it; a descendant follows its ancestor."""
        return self._place[a.call_id] < self._place[b.call_id] and not self.side_by_side(a, b)

    def precedes(self, a: SpanData, b: SpanData) -> bool:
        """Return whether `a` causally ended before `b` began; a descendant of `a` did not."""
        reached = self._siblings(a, b)
        return reached is not None and a.t1 is not None and self.follows(a, b) and _ended_before(*reached)

    def _siblings(self, a: SpanData, b: SpanData) -> tuple[SpanData, SpanData] | None:
        """Return the siblings that lead to two spans, in the order of their starts."""
        above_a, above_b = self._line(a), self._line(b)
        for one, other in zip(above_a, above_b, strict=False):
            if one is not other:
                return (one, other) if self._place[one.call_id] < self._place[other.call_id] else (other, one)
        return None

    def _line(self, span: SpanData) -> list[SpanData]:
        """Return the spans from the root down to this one."""
        known = self._lines.get(span.call_id)
        if known is None:
            known = self._lines[span.call_id] = [*reversed(list(self._tree.ancestors(span))), span]
        return known

    def _before(self, span: SpanData) -> frozenset[str]:
        """Return all declared predecessors of a span: if a precedes b and b precedes c, a precedes c."""
        known = self._declared.get(span.call_id)
        if known is None:
            found: set[str] = set()
            left = [span.call_id]
            while left:
                one = self._tree.by_id.get(left.pop())
                direct = one.stamp.after if one is not None and one.stamp is not None else frozenset()
                left.extend(direct - found)
                found |= direct
            known = self._declared[span.call_id] = frozenset(found)
        return known


def _ended_before(a: SpanData, b: SpanData) -> bool:
    """Return whether the first of two ordered siblings had ended when the second one began."""
    if a.stamp is None or b.stamp is None:
        return a.t1 is not None and a.t1 <= b.t0
    return a.stamp.ended is not None and a.stamp.ended < b.stamp.started
