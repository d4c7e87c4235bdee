"""The conditions of a query; each is checked alone, so that a near miss names the one that failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_traces.assertions.queries.differing import places, show
from pytest_traces.assertions.queries.matching.clauses import CLAUSES, Check, is_named
from pytest_traces.assertions.queries.matching.texts import (
    Text,
    anything,
    is_predicate,
    matches_text,
    refusal,
    require_text,
    unwrapped,
)
from pytest_traces.drawing.text import json_line, shorten
from pytest_traces.errors import TracesError, UnknownCondition
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree


class Conditions:
    """Conditions that must all hold; unknown ones are refused when the object is made."""

    def __init__(self, name: Text = anything, conditions: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self.given = {word: unwrapped(expected) for word, expected in (conditions or {}).items()}
        for word in self.given:
            if word not in CLAUSES:
                raise UnknownCondition("condition", word, [*CLAUSES, "name"])
        self._checks: dict[str, Check] = {}
        if name is not anything:
            self.name = require_text(name, "name")
            self._checks["name"] = self._is_named
        for word, expected in self.given.items():
            self._checks[word] = CLAUSES[word](expected)

    def holds(self, span: SpanData, tree: SpanTree) -> bool:
        """Return whether every condition holds of a span."""
        return all(check(span, tree) for check in self._checks.values())

    def could_hold(self, name: str, type: str) -> bool:
        """Return whether every condition may hold of a span whose name and type alone are known."""
        wanted = self.given.get("type", anything)
        named = self.name is anything or matches_text(self.name, name)
        return named and (wanted is anything or matches_text(wanted, type))

    def broken(self, span: SpanData, tree: SpanTree) -> list[str]:
        """Return the names of the conditions that do not hold."""
        return [word for word, check in self._checks.items() if not check(span, tree)]

    def __len__(self) -> int:
        return len(self._checks)

    def _is_named(self, span: SpanData, tree: SpanTree) -> bool:
        if is_predicate(self.name) and tree.named(getattr(self.name, "__name__", "")):
            raise refusal(self.name, "name")  # the object is a tool of the program: a call would run it
        return is_named(self.name, span.name, tree)

    def describe(self, noun: str = "span") -> str:
        """Return the query in words, as in `tool span 'get_weather' with input {'city': 'Paris'} under 'planner'`."""
        rest = dict(self.given)
        words = [rest.pop("type"), noun] if isinstance(rest.get("type"), str) else [noun]
        if self.name is not anything:
            words.append(show(self.name))
        place = [f"under {show(rest.pop('under'))}"] if "under" in rest else []
        clauses = [f"{word} {show(expected)}" for word, expected in rest.items()]
        return " ".join([*words, *(["with " + " and ".join(clauses)] if clauses else []), *place])

    def difference(self, span: SpanData, tree: SpanTree) -> str:
        """Return what a near miss has instead, as in `its input.city is "paris", expected "Paris"`."""
        broken = self.broken(span, tree)
        if broken == ["name"]:
            return "did you mean this one?"
        facts = [_difference(span, word, self.given.get(word)) for word in broken if word != "under"]
        return "; ".join(facts) if facts else "not under what was asked"

    def miss(self, spans: Iterable[SpanData], tree: SpanTree) -> str:
        """Return why nothing matched: not called, arguments not captured, or called with other arguments."""
        details = [word for word in self.given if word != "type"]
        if not details or self.name is anything:
            return ""
        named = [span for span in spans if not {"name", "type"} & set(self.broken(span, tree))]
        if not named:
            return ": not called"
        unseen = [word for word in ("input", "output") if word in details and _all_unseen(named, word)]
        if unseen:
            return f": called {times(len(named))}, but its {unseen[0]} was not captured"
        broken = [word for word in details if all(word in self.broken(span, tree) for span in named)] or details
        others = " and ".join(word for word in broken if word != "under")
        how = [f"with another {others}"] if others else []
        return f": called {times(len(named))}, {' and '.join(how + ['elsewhere'] * ('under' in broken))}"

    def __repr__(self) -> str:
        name = [] if self.name is anything else [show(self.name)]
        return f"call({', '.join(name + [f'{word}={show(expected)}' for word, expected in self.given.items()])})"


def call(name: Text = anything, /, **conditions: Any) -> Conditions:
    """Describe a step by name and conditions.

    >>> trace.assert_sequence("geocode", call("get_weather", input={"city": "Paris"}))
    """
    asked = Conditions(name, conditions)
    if not len(asked):
        raise TracesError("call() needs a name or a condition: without one it matches every span")
    return asked


def as_conditions(step: Any) -> Conditions:
    """Read a step: a name, a glob, a regex, a predicate, or a `call(...)`."""
    if isinstance(step, Conditions):
        return step
    return Conditions(require_text(step, "a step"))


def label(step: Conditions) -> str:
    """Return a step as its test wrote it: `'get_weather'`, or `call('get_weather', input=…)`."""
    return repr(step) if step.given else show(step.name)


def times(count: int) -> str:
    """Return a count in words: `once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _all_unseen(spans: Sequence[SpanData], word: str) -> bool:
    return all(getattr(span, word) is None for span in spans)


def _difference(span: SpanData, word: str, expected: Any) -> str:
    fact = getattr(span, word)
    if word not in ("input", "output", "metadata", "attributes"):
        told = (
            repr(fact) if isinstance(fact, str) or fact is None else str(fact) if word == "error" else json_line(fact)
        )
        return f"its {word} is {shorten(told, 100)}"
    return f"its {word} was not captured" if fact is None else f"its {places(word, expected, fact)}"
