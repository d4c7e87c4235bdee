"""One act: the calls that it picks, its effect, and the calls that it matched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.differing import show
from pytest_traces.assertions.queries.matching.clauses import CLAUSES
from pytest_traces.assertions.queries.matching.texts import Text, anything
from pytest_traces.assertions.queries.mistakes.spelling import refuse_unknown_type
from pytest_traces.errors import TracesError, UnknownCondition
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.effects import Effect
from pytest_traces.runtime.recording.recorder import Record
from pytest_traces.spelling import is_glob

_KNOWN_BEFORE = ("name", "type", "path", "model", "tags", "input", "metadata", "source", "under")
"""The conditions that are known before a call runs."""


class MatchedCall(NamedTuple):
    """A call that an act matched, or one request of it."""

    call_id: str
    taken: bool


@dataclass
class Act:
    """An act of a test; without an effect it is unfinished."""

    asked: Conditions
    effect: Effect | None = None
    after: int = 0
    """The number of matching calls that run unchanged before the first one it takes."""
    times: int | None = 1
    """The number of calls it takes; `None` means all."""
    matched: list[MatchedCall] = field(default_factory=list)
    by_luck: bool = False
    """Whether it may take any of several concurrent calls."""
    made: int = 0
    """The logical time of its definition: it takes no call that began before."""
    title: str = ""
    """Its title in messages, if a sweep and not a line of the test made it."""

    @property
    def taken(self) -> int:
        """The number of calls that it took."""
        return sum(call.taken for call in self.matched)

    def may_match(self, record: Record) -> bool:
        """Return whether a call may match by its name and type: a quick check before all conditions."""
        name, type = self.asked.name, self.asked.given.get("type")
        other_name = isinstance(name, str) and not is_glob(name) and name != record.name
        other_type = isinstance(type, str) and not is_glob(type) and type != record.type
        return not (other_name or other_type)

    def record_match(self, call_id: str, *, free: bool) -> bool:
        """Record a matching call; return whether this act takes it. `free`: no earlier act took it."""
        due = len(self.matched) >= self.after and (self.times is None or self.taken < self.times)
        self.matched.append(MatchedCall(call_id, free and due))
        return free and due

    def __str__(self) -> str:
        if self.title:
            return self.title
        after = f".after({self.after})" if self.after else ""
        times = "" if self.times == 1 else f" times={'...' if self.times is None else self.times}"
        picked = f"trace.on({_arguments(self.asked)}){after}"
        return picked if self.effect is None else f"{picked}.{self.effect}{times}"


def picked(name: Text, conditions: Mapping[str, Any]) -> Conditions:
    """Return the conditions of an act; refuse those known only after a call, and those that never match."""
    for word in conditions:
        if word in CLAUSES and word not in _KNOWN_BEFORE:
            known = ", ".join(_KNOWN_BEFORE)
            raise TracesError(f"an act picks a call before it runs: its {word} is not known then; known are {known}")
        if word not in CLAUSES:
            raise UnknownCondition("condition", word, _KNOWN_BEFORE)
    asked = Conditions(name, conditions)
    if not len(asked):
        raise TracesError("trace.on() needs a name or a condition: without one it acts on anything")
    refuse_unknown_type(asked, SpanTree())
    return asked


def _arguments(asked: Conditions) -> str:
    name = [] if asked.name is anything else [show(asked.name)]
    return ", ".join([*name, *(f"{word}={show(expected)}" for word, expected in asked.given.items())])
