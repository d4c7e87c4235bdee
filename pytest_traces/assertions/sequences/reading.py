"""Checks a sequence, and draws where it breaks."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.mistakes.absence import require_all_known
from pytest_traces.assertions.queries.mistakes.spelling import refuse_unknown_type
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.assertions.sequences.matcher import GAP, Fork, Line, Matcher, Relations
from pytest_traces.assertions.sequences.patterns import Node, Step, read_pattern, steps_of
from pytest_traces.drawing.marks import in_branch
from pytest_traces.drawing.text import word
from pytest_traces.errors import Mismatch
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree

_AROUND = 8  # rows drawn before and after the break

Trail = tuple["Trail", str, int] | None
"""The steps taken and their spans, the last one first."""


def check_sequence(scope: Scope, steps: Sequence[Any]) -> None:
    """Fail if the spans are not exactly what the steps describe, in causal order."""
    __tracebackhide__ = True
    pattern = read_pattern(steps)
    scope.require_recorded()
    for step in steps_of(pattern):
        refuse_unknown_type(step.conditions, scope.tree)
    reading = _Reading(pattern, tuple(scope.spans), scope.tree)
    if not reading.holds:
        note = {} if reading.found is None else {reading.found.call_id: "here"}
        raise Mismatch(reading.headline(), tree=scope.draw(note).below(reading.table()))
    if ... not in steps:
        require_all_known([Conditions()], scope.tree, type="tool")


class _Reading:
    """The reading of a pattern without a match that came furthest."""

    def __init__(self, pattern: tuple[Node, ...], spans: tuple[SpanData, ...], tree: SpanTree) -> None:
        self._spans = spans
        self._tree = tree
        relations = Relations(spans, lambda step, span: step.conditions.holds(span, tree), Causality(tree).side_by_side)
        self._relations = relations
        self._matcher = Matcher(relations)
        frontier: dict[Line, Trail] = {Line(pattern): None}
        broken: list[tuple[Line, Trail, int]] = []
        for at in range(len(spans)):
            ahead: dict[Line, Trail] = {}
            for line, trail in frontier.items():
                found = list(self._matcher.take(line, at))
                for label, after in found:
                    ahead.setdefault(after, (trail, label, at))
                if not found:
                    broken.append((line, trail, at))
            frontier = ahead
        self.holds = any(map(self._matcher.is_over, frontier))
        broken.extend((line, trail, len(spans)) for line, trail in frontier.items())
        readings = [(line, _unrolled(trail), at) for line, trail, at in broken]
        self._line, self._trail, self._reached = max(readings, key=lambda reading: _progress(*reading))

    @property
    def found(self) -> SpanData | None:
        """The span at which the sequence breaks; `None` at the end of the spans."""
        return self._spans[self._reached] if self._reached < len(self._spans) else None

    def headline(self) -> str:
        """Name the expected step and what was found instead."""
        took = [at for label, at in self._trail if label != GAP]
        where = f"after {self._name(took[-1])}" if took else "first"
        in_fork = [node for node in self._matcher.expects(self._line) if isinstance(node, Fork) and any(node.taken)]
        if in_fork:
            where = f"beside {self._name(max(frozenset[int]().union(*in_fork[0].taken)))}"
        return f"expected {self._wanted(self._line)} {where}, found {self._found(took)}"

    def table(self) -> str:
        """Draw expected steps beside recorded spans, with an arrow at the first break."""
        before = [("  ", label, self._actual(at)) for label, at in self._trail]
        found = "" if self.found is None else self._actual(self._reached)
        rows = [*_last(before), ("→ ", self._wanted(self._line), found)]
        rest = [repr(node) for node in self._matcher.rest_after_next(self._line)]
        left = [self._actual(at) for at in range(self._reached + 1, len(self._spans))]
        rows += _first([("  ", label, actual) for label, actual in zip_longest(rest, left, fillvalue="")])
        rows = [("  ", "expected", "actual"), *rows]
        width = max(len(label) for _, label, _ in rows) + 3
        return "\n".join(f"{mark}{label:<{width}}{actual}".rstrip() for mark, label, actual in rows)

    def _wanted(self, line: Line) -> str:
        heads = [text for node in self._matcher.expects(line) for text in self._heads(node)]
        if self._matcher.is_over(line):
            heads.append("nothing more")
        return " or ".join(dict.fromkeys(heads))

    def _heads(self, node: Node | Fork) -> list[str]:
        if not isinstance(node, Fork):
            return [repr(node)] if isinstance(node, Step) else []
        if not any(node.taken):
            return [repr(node.node)]
        return [" and ".join(self._wanted(line) for line in node.lines if not self._matcher.is_over(line))]

    def _found(self, took: list[int]) -> str:
        """Name the span at the break; a span of the right name with other arguments is preferred."""
        steps = [step for node in self._matcher.expects(self._line) for step in _steps(node, self._matcher)]
        ahead = range(max(took, default=-1) + 1, len(self._spans)) if self.found is None else [self._reached]
        for at in ahead:
            if took and any(self._relations.matches(step, at) for step in steps):
                return self._misplaced(at, took)
        for step in steps:
            for span in (self._spans[at] for at in ahead):
                broken = step.conditions.broken(span, self._tree)
                if broken and "name" not in broken:
                    return f"{span.name!r}: {step.conditions.difference(span, self._tree)}"
        return "nothing more" if self.found is None else repr(self.found.name)

    def _misplaced(self, at: int, took: list[int]) -> str:
        """Name a span that matches but is concurrent where order is expected, or the reverse."""
        beside = [other for other in took if self._relations.beside_all(frozenset((other,)), at)]
        if beside:
            return f"it beside {self._name(beside[-1])}: write parallel(...) for concurrent calls"
        return f"it after {self._name(took[-1])}: they were not concurrent"

    def _name(self, at: int) -> str:
        return repr(self._spans[at].name)

    def _actual(self, at: int) -> str:
        beside = any(
            self._relations.beside_all(frozenset((min(at, other),)), max(at, other))
            for other in (at - 1, at + 1)
            if 0 <= other < len(self._spans)
        )
        return f"{in_branch(0) * beside}{word(self._spans[at].name)}"


def _steps(node: Node | Fork, matcher: Matcher) -> list[Step]:
    if isinstance(node, Fork):
        return [step for line in node.lines for head in matcher.expects(line) for step in _steps(head, matcher)]
    return [node] if isinstance(node, Step) else []


def _unrolled(trail: Trail) -> list[tuple[str, int]]:
    took: list[tuple[str, int]] = []
    while trail is not None:
        trail, label, at = trail
        took.append((label, at))
    return took[::-1]


def _progress(line: Line, trail: list[tuple[str, int]], at: int) -> tuple[int, int, int]:
    """Rank a reading: by the steps it took, then by how late it broke."""
    return sum(label != GAP for label, _ in trail), at, -len(line.rest)


def _last(rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    hidden = len(rows) - _AROUND
    return rows if hidden <= 0 else [("  ", f"… {hidden} more", ""), *rows[hidden:]]


def _first(rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    hidden = len(rows) - _AROUND
    return rows if hidden <= 0 else [*rows[:_AROUND], ("  ", f"… {hidden} more", "")]
