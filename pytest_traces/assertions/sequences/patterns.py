"""The parts of a sequence: steps, gaps, branches, alternatives, repetitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

from pytest_traces.assertions.queries.conditions import Conditions, as_conditions, label
from pytest_traces.errors import TracesError


@dataclass(frozen=True)
class Step:
    """One span."""

    conditions: Conditions

    def __repr__(self) -> str:
        return label(self.conditions)


@dataclass(frozen=True)
class Gap:
    """Any spans, or none: written `...`."""

    def __repr__(self) -> str:
        return "..."


@dataclass(frozen=True)
class Parallel:
    """Concurrent branches."""

    branches: tuple[tuple[Node, ...], ...]

    def __repr__(self) -> str:
        return f"parallel({_listed(self.branches)})"


@dataclass(frozen=True)
class Either:
    """One of several alternatives."""

    ways: tuple[tuple[Node, ...], ...]

    def __repr__(self) -> str:
        return f"either({_listed(self.ways)})"


@dataclass(frozen=True)
class Repeat:
    """The same steps from `low` to `high` times; `None`: without limit."""

    steps: tuple[Node, ...]
    low: int
    high: int | None

    def __repr__(self) -> str:
        if (self.low, self.high) == (0, 1):
            return f"optional({_listed([self.steps])})"
        most = "" if self.high is None else f", {self.high}"
        return f"repeat({_listed([self.steps])}, {self.low}{most})"


Node = Step | Gap | Parallel | Either | Repeat


def parallel(*branches: Any) -> Any:
    """Expect concurrent branches, in any order; a branch of several steps is a list.

    >>> parallel("geocode", ["get_time", "get_zone"])
    parallel('geocode', ['get_time', 'get_zone'])
    """
    if len(branches) < 2:
        raise TracesError(f"parallel() needs at least two branches, got {len(branches)}")
    read = tuple(_branch(branch, "parallel()") for branch in branches)
    if any(may_be_nothing(branch) for branch in read):
        raise TracesError("each branch of parallel() must match at least one call")
    return Parallel(read)


def either(*ways: Any) -> Any:
    """Expect one of several alternatives; an alternative of several steps is a list.

    >>> trace.assert_sequence(either("geocode", ["search", "guess"]), "get_weather")
    """
    if len(ways) < 2:
        raise TracesError(f"either() needs at least two alternatives, got {len(ways)}")
    return Either(tuple(_branch(way, "either()") for way in ways))


def repeat(step: Any, at_least: int = 1, at_most: int | None = None) -> Any:
    """Expect the same step several times in a row; several steps are a list.

    >>> trace.assert_sequence(repeat("geocode", 1, 3), "get_weather")
    """
    for count in (at_least, *([] if at_most is None else [at_most])):
        if isinstance(count, bool) or not isinstance(count, int) or count < 0:
            raise TracesError(f"repeat() counts with whole numbers from 0, got {count!r}")
    if at_most is not None and (at_most < at_least or at_most == 0):
        raise TracesError(f"repeat() needs a range of counts, got {at_least} to {at_most}")
    steps = _branch(step, "repeat()")
    if may_be_nothing(steps):
        raise TracesError("repeat() needs a step that matches at least one call")
    return Repeat(steps, at_least, at_most)


def optional(step: Any) -> Any:
    """Expect a step, or not; several steps are a list.

    >>> trace.assert_sequence("geocode", optional("get_time"), "get_weather")
    """
    return repeat(step, 0, 1)


def read_pattern(steps: Sequence[Any]) -> tuple[Node, ...]:
    """Read a whole sequence; refuse one that may match no call, because it would always match."""
    if not steps:
        raise TracesError("a sequence needs at least one step; assert_never('*') says that nothing was called")
    pattern = tuple(map(_node, steps))
    if may_be_nothing(pattern):
        raise TracesError(f"a sequence must ask for at least one step, {_listed([pattern])} may match no call")
    return pattern


def steps_of(pattern: Sequence[Node]) -> Iterator[Step]:
    """Yield every step of a pattern, at any depth."""
    for node in pattern:
        if isinstance(node, Step):
            yield node
        elif not isinstance(node, Gap):
            for part in _parts(node):
                yield from steps_of(part)


def _parts(node: Parallel | Either | Repeat) -> Sequence[tuple[Node, ...]]:
    if isinstance(node, Repeat):
        return [node.steps]
    return node.ways if isinstance(node, Either) else node.branches


def may_be_nothing(pattern: Sequence[Node]) -> bool:
    """Return whether a pattern matches an empty sequence."""
    return all(_may_be_nothing(node) for node in pattern)


def _may_be_nothing(node: Node) -> bool:
    if isinstance(node, Either):
        return any(may_be_nothing(way) for way in node.ways)
    return isinstance(node, Gap) or (isinstance(node, Repeat) and node.low == 0)


def _branch(given: Any, what: str) -> tuple[Node, ...]:
    items = list(given) if isinstance(given, (list, tuple)) else [given]
    if not items:
        raise TracesError(f"{what} needs steps, got an empty list")
    return tuple(_node(item) for item in items)


def _node(item: Any) -> Node:
    if isinstance(item, EllipsisType):
        return Gap()
    if isinstance(item, (Step, Gap, Parallel, Either, Repeat)):
        return item
    return Step(as_conditions(item))


def _listed(branches: Sequence[Sequence[Node]]) -> str:
    texts = [repr(branch[0]) if len(branch) == 1 else repr([*branch]) for branch in branches]
    return ", ".join(texts)
