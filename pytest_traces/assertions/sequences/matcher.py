"""Matches a sequence of steps with spans, of which some are concurrent.

All readings of the spans are followed at once, as by the automaton of a regular expression: no step is greedy. A step
follows another one if it began later and is not concurrent with it. A gap takes any span that could have run there.
Scheduling decides whether a span begins before or after a concurrent neighbour, so both orders match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_traces.assertions.sequences.patterns import Either, Gap, Node, Parallel, Repeat, Step
from pytest_traces.drawing.marks import in_branch
from pytest_traces.model.span import SpanData

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Fork:
    """A `parallel(...)` being matched: a line for each branch, and the spans that each has taken."""

    node: Parallel
    lines: tuple[Line, ...]
    taken: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One reading of a sequence so far."""

    rest: tuple[Node | Fork, ...]
    """The steps still to come."""
    last: frozenset[int] = _NONE
    """The spans that the next step must follow."""
    since: frozenset[int] | None = None
    """Steps taken since the last gap; a span concurrent with all of them may be in that gap. `None`: no gap."""
    owed: frozenset[int] = _NONE
    """Spans left to a later gap: they must be concurrent with every step until then."""


class Relations:
    """What a matcher asks about spans, each given by its position."""

    def __init__(
        self,
        spans: Sequence[SpanData],
        matches: Callable[[Step, SpanData], bool],
        beside: Callable[[SpanData, SpanData], bool],
    ) -> None:
        self.count = len(spans)
        self._spans = spans
        self._matches = matches
        self._beside = beside
        stamps = [span.stamp for span in spans]
        self._one_lane = all(stamp is not None and stamps[0] and stamp.lane is stamps[0].lane for stamp in stamps)
        self._known_matches: dict[tuple[Step, int], bool] = {}
        self._known_later: dict[int, bool] = {}
        self._known_beside: dict[tuple[int, int], bool] = {}

    def matches(self, step: Step, at: int) -> bool:
        """Return whether a step describes a span."""
        key = (step, at)
        if key not in self._known_matches:
            self._known_matches[key] = self._matches(step, self._spans[at])
        return self._known_matches[key]

    def beside_all(self, some: frozenset[int], at: int) -> bool:
        """Return whether a span is concurrent with each of these."""
        return all(self._are_beside(other, at) for other in some)

    def after_all(self, some: frozenset[int], at: int) -> bool:
        """Return whether a span that started later is concurrent with none of these."""
        return not any(self._are_beside(other, at) for other in some)

    def beside_later(self, at: int) -> bool:
        """Return whether a span that starts later is concurrent with this one."""
        if at not in self._known_later:
            later = () if self._one_lane else range(at + 1, self.count)
            self._known_later[at] = any(self._are_beside(at, other) for other in later)
        return self._known_later[at]

    def _are_beside(self, a: int, b: int) -> bool:
        key = (a, b)
        if key not in self._known_beside:
            self._known_beside[key] = self._beside(self._spans[a], self._spans[b])
        return self._known_beside[key]


Taken = tuple[str, Line]
"""The step that took a span, and the line that follows."""

GAP = "..."


class Matcher:
    """Follows every reading of the spans."""

    def __init__(self, relations: Relations) -> None:
        self._relations = relations

    def take(self, line: Line, at: int) -> Iterator[Taken]:
        """Yield every way in which a line can take the next span."""
        yield from self._forward(line, at)
        yield from self._taken_by_gap(line, at)

    def is_over(self, line: Line) -> bool:
        """Return whether a line may end here."""
        return any(not each.rest and not each.owed for each in self._open(line))

    def expects(self, line: Line) -> list[Node | Fork]:
        """Return what a line may read next."""
        heads = [each.rest[0] for each in self._open(line) if each.rest]
        return [head for head in heads if not isinstance(head, Gap) and not self._is_complete(head)]

    def rest_after_next(self, line: Line) -> tuple[Node | Fork, ...]:
        """Return the steps after the next expected one."""
        for each in self._open(line):
            if each.rest and not isinstance(each.rest[0], Gap) and not self._is_complete(each.rest[0]):
                return each.rest[1:]
        return ()

    def _open(self, line: Line) -> Iterator[Line]:
        """Yield the line, and every line that it becomes by skipping gaps and optional steps."""
        yield line
        if not line.rest:
            return
        head, rest = line.rest[0], line.rest[1:]
        if isinstance(head, Gap):
            yield from self._open(replace(line, rest=rest, since=_NONE, owed=_NONE))
        elif isinstance(head, Either):
            for way in head.ways:
                yield from self._open(replace(line, rest=(*way, *rest)))
        elif isinstance(head, Repeat):
            if head.low == 0:
                yield from self._open(replace(line, rest=rest))
            yield from self._open(replace(line, rest=(*head.steps, *_once_less(head), *rest)))
        elif isinstance(head, Parallel):
            lines = tuple(Line(branch, line.last) for branch in head.branches)
            yield replace(line, rest=(Fork(head, lines, (_NONE,) * len(lines)), *rest))
        elif isinstance(head, Fork) and self._is_complete(head):
            ends = frozenset[int]().union(*head.taken)
            yield from self._open(replace(line, rest=rest, last=ends))

    def _is_complete(self, head: Node | Fork) -> bool:
        return isinstance(head, Fork) and all(self.is_over(branch) for branch in head.lines)

    def _forward(self, line: Line, at: int) -> Iterator[Taken]:
        for each in self._open(line):
            if not each.rest:
                continue
            head, rest = each.rest[0], each.rest[1:]
            if isinstance(head, Gap):
                yield GAP, each
            elif isinstance(head, Step):
                if self._may_follow(each, at) and self._relations.matches(head, at):
                    yield repr(head), self._taken(replace(each, rest=rest, last=frozenset((at,))), at)
            elif isinstance(head, Fork) and self._relations.beside_all(each.owed, at):
                for label, fork in self._branch(head, at):
                    yield f"{in_branch(0)}{label}", self._taken(replace(each, rest=(fork, *rest)), at)

    def _branch(self, fork: Fork, at: int) -> Iterator[tuple[str, Fork]]:
        for index, branch in enumerate(fork.lines):
            others = frozenset[int]().union(*(taken for other, taken in enumerate(fork.taken) if other != index))
            if not self._relations.beside_all(others, at):
                continue
            for label, after in self._forward(branch, at):
                taken = fork.taken[index] | {at}
                begun = replace(fork, lines=_swap(fork.lines, index, after), taken=_swap(fork.taken, index, taken))
                yield label, begun

    def _may_follow(self, line: Line, at: int) -> bool:
        return self._relations.after_all(line.last, at) and self._relations.beside_all(line.owed, at)

    def _taken_by_gap(self, line: Line, at: int) -> Iterator[Taken]:
        """Let a neighbouring `...` take a span that is concurrent with the steps in between."""
        if line.since and self._relations.beside_all(line.since, at):
            yield GAP, line
        if any(isinstance(node, Gap) for node in line.rest) and self._relations.beside_later(at):
            yield GAP, replace(line, owed=line.owed | {at})

    def _taken(self, line: Line, at: int) -> Line:
        """Drop the state that no later step reads, so that equal readings are followed once."""
        if not self._relations.beside_later(at):
            return replace(line, last=_NONE, since=None)
        return line if line.since is None else replace(line, since=line.since | {at})


def _once_less(node: Repeat) -> tuple[Node, ...]:
    high = None if node.high is None else node.high - 1
    return () if high == 0 else (Repeat(node.steps, max(node.low - 1, 0), high),)


def _swap(items: tuple, index: int, item: object) -> tuple:  # type: ignore[type-arg]
    return (*items[:index], item, *items[index + 1 :])
