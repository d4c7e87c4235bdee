"""The order of the spans of a run.

An agent asks its model, runs the requested tools, and asks again. Its tasks wait for one another in ways that no join
shows, so the order of turns is declared.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Literal, NamedTuple

from pytest_traces.adapters.toolkit.span import OpenSpan

Stage = Literal["model", "tools"]


class Turns:
    """The turns of one run: spans of one turn are concurrent, and come after all spans of the turn before."""

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._now: set[str] = set()
        self._before: frozenset[str] = frozenset()
        self._is_closed = False
        self._failed: dict[str, list[OpenSpan]] = defaultdict(list)
        """Failed tool calls that the model may repeat, by name."""
        self.begun: set[str] = set()
        """The ids of the tool calls that were recorded."""

    def fail(self, span: OpenSpan) -> None:
        """Record that the model is asked to call a tool again."""
        if span.record is not None:
            self._failed[span.record.name].append(span)

    def repeat(self, span: OpenSpan) -> None:
        """Declare that a call repeats the earliest failed call of its tool, even if its arguments differ."""
        failed = None if span.record is None else self._failed[span.record.name]
        if failed:
            span.repeat(failed.pop(0))

    def add(self, span: OpenSpan, stage: Stage, *, alone: bool) -> None:
        """Add a span to the present turn, or to a new one: models and tools alternate, some spans have a turn alone."""
        if span.record is not None:
            if alone or self._is_closed or stage != self._stage:
                self._before, self._now = frozenset(self._now), set()
            self._stage, self._is_closed = stage, alone
            self._now.add(span.record.call_id)
            span.after(self._before)


class ToolCall(NamedTuple):
    """Data of a tool call that is kept until it ends."""

    turns: Turns
    """The turns of its run."""


def take_turn(span: OpenSpan, agent: OpenSpan, stage: Stage, *, alone: bool) -> None:
    """Add a model call or a tool call to the turns of its agent."""
    if isinstance(agent.state, Turns):
        agent.state.add(span, stage, alone=alone)
