"""The critical path of a run: the chain of spans that its time went to.

Walking back from the end of a span, the child that ended last is on the path. The next one is the latest child that
had ended when that one began. Time in between is the span's own. Spans concurrent with the chain delayed nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from pytest_traces.analysis.health.slow import ended_ms
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree


class PathStep(NamedTuple):
    """A span on the critical path."""

    span: SpanData
    own_ms: float
    """Milliseconds of the path spent in the span itself; over all steps they add up to the time of the run."""


def critical_path(tree: SpanTree, root: SpanData) -> list[PathStep]:
    """Return the spans that the time of a run went to, in the order of their starts; spans of no time are left out."""
    own: dict[str, float] = {}
    left = [(root, root.t0, ended_ms(root))]
    while left:  # without recursion: traces can be deep
        span, start, end = left.pop()
        spent = end - start
        for child, began, ended in _waited_for(tree, span, start, end):
            left.append((child, began, ended))
            spent -= ended - began
        own[span.call_id] = spent
    on_path = [PathStep(span, own[span.call_id]) for span in tree.below([root]) if own.get(span.call_id, 0.0) > 0.0]
    return sorted(on_path, key=lambda step: step.span.t0)


def _waited_for(tree: SpanTree, span: SpanData, start: float, end: float) -> list[tuple[SpanData, float, float]]:
    """Return the children on the path with the part of the time in which the path leads through each."""
    chain: list[tuple[SpanData, float, float]] = []
    children = sorted(tree.children(span), key=lambda child: (ended_ms(child), child.t0))
    while children and end > start:
        child = children.pop()
        began, ended = max(child.t0, start), min(ended_ms(child), end)
        if ended > began and not (chain and ended_ms(child) > end):
            chain.append((child, began, ended))
            end = began
    return chain
