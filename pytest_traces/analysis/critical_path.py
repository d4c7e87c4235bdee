"""The critical path of a run: the chain of spans that determined its duration.

The walk begins at the end of a span: the child that ended last is on the path. The next one is the last child that
had ended when this one began. Time in between is the span's own. Spans concurrent with the chain delayed nothing.
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
    """Milliseconds of the path in the span itself; the sum over all steps is the duration of the run."""


def critical_path(tree: SpanTree, root: SpanData) -> list[PathStep]:
    """Return the steps of the critical path in the order of their starts; steps of 0 ms are left out."""
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
    """Return the children on the path, each with the period in which the path leads through it."""
    chain: list[tuple[SpanData, float, float]] = []
    children = sorted(tree.children(span), key=lambda child: (ended_ms(child), child.t0))
    while children and end > start:
        child = children.pop()
        began, ended = max(child.t0, start), min(ended_ms(child), end)
        if ended > began and not (chain and ended_ms(child) > end):
            chain.append((child, began, ended))
            end = began
    return chain
