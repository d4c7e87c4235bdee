"""Numbers the lanes of a trace; spans without an observed lane get one by overlap in time."""

from __future__ import annotations

import math

from pytest_traces.model.lane import Lane
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree


class Lanes:
    """The lanes of a trace, numbered as they first appear."""

    def __init__(self, tree: SpanTree) -> None:
        self.kinds: list[str] = []
        """The kind of each lane: `root`, `task`, `thread`, or `unseen` if its start was not observed."""
        self._known: dict[Lane, int] = {}
        self._of: dict[str, int] = {}
        self._busy: dict[str | None, dict[int, float]] = {}
        for span in tree.spans:
            parent = tree.parent(span)
            self._of[span.call_id] = self._by_time(span, parent) if span.stamp is None else self._seen(span.stamp.lane)

    def number(self, span: SpanData) -> int:
        """Return the number of the lane that a span ran on."""
        return self._of[span.call_id]

    def _seen(self, lane: Lane) -> int:
        if lane not in self._known:
            self._known[lane] = self._new(lane.kind)
        return self._known[lane]

    def _by_time(self, span: SpanData, parent: SpanData | None) -> int:
        """Return the lane of the parent, or of a sibling that had ended; else a new one."""
        above = None if parent is None else parent.call_id
        busy = self._busy.setdefault(above, {} if above is None else {self._of[above]: -math.inf})
        free = next((lane for lane, until in busy.items() if until <= span.t0), None)
        number = self._new("unseen") if free is None else free
        busy[number] = math.inf if span.t1 is None else span.t1
        return number

    def _new(self, kind: str) -> int:
        self.kinds.append(kind)
        return len(self.kinds) - 1
