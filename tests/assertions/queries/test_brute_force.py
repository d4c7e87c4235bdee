"""Queries find what a naive reading of the plan finds; they refuse only what finds nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_traces.errors import TracesError
from tests.builders import a_trace, span

NAMES, TYPES, ERRORS = ("geocode", "get_weather", "pay"), ("tool", "agent", "llm"), ("TimeoutError", "ValueError")
NO = object()
"""A condition that is not given."""


@dataclass(frozen=True)
class Plan:
    """A span to be, and what is below it."""

    name: str
    type: str
    error: str | None
    amount: int
    below: tuple[Plan, ...]

    def build(self) -> Any:
        """Return it as a step of a trace."""
        failed = {} if self.error is None else {"error": f"{self.error}: no"}
        return span(self.type, self.name, *(one.build() for one in self.below), input={"n": self.amount}, **failed)

    def walk(self, above: tuple[Plan, ...] = ()) -> Iterator[tuple[Plan, tuple[Plan, ...]]]:
        """Visit it and all below it in start order, each with what is above it."""
        yield self, above
        for one in self.below:
            yield from one.walk((*above, self))


FIELDS = (st.sampled_from(NAMES), st.sampled_from(TYPES), st.none() | st.sampled_from(ERRORS), st.integers(0, 2))
plans = st.recursive(
    st.builds(Plan, *FIELDS, st.just(())),
    lambda below: st.builds(Plan, *FIELDS, st.lists(below, max_size=3).map(tuple)),
    max_leaves=8,
)
programs = st.lists(plans, min_size=1, max_size=3)
queries = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from([*NAMES, "g*", "*_weather", "refund"]),
        "type": st.sampled_from(TYPES),
        "error": st.sampled_from([True, False, *ERRORS, "Time*"]),
        "status": st.sampled_from(["success", "error", "timeout"]),
        "input": st.integers(0, 2).map(lambda number: {"n": number}),
        "under": st.sampled_from([*NAMES, "agent *"]),
        "path": st.sampled_from(["geocode", "*.pay", "geocode.*"]),
    },
)


def holds(plan: Plan, above: tuple[Plan, ...], query: dict[str, Any]) -> bool:
    """Read a query naively."""
    path = ".".join(one.name for one in (*above, plan))
    error = query.get("error", NO)
    under = query.get("under", "*")
    status = "success" if plan.error is None else "error"
    facts = [
        fnmatchcase(plan.name, query.get("name", "*")),
        query.get("type", plan.type) == plan.type,
        error is NO or (plan.error is not None) is error or fnmatchcase(str(plan.error), str(error)),
        query.get("status", status) == status,
        query.get("input", {"n": plan.amount}) == {"n": plan.amount},
        "under" not in query or any(fnmatchcase(text, under) for one in above for text in (one.name, f"{one.type} x")),
        fnmatchcase(path, query.get("path", "*")),
    ]
    return all(facts)


@settings(max_examples=300, deadline=None)
@given(programs, queries)
def test_queries_find_what_a_naive_reading_finds(program: list[Plan], query: dict[str, Any]) -> None:
    trace = a_trace(*(plan.build() for plan in program))
    every = [pair for plan in program for pair in plan.walk()]
    expected = [at for at, (plan, above) in enumerate(every) if holds(plan, above, query)]
    names = [query["name"]] if "name" in query else []
    rest = {word: asked for word, asked in query.items() if word != "name"}
    try:
        found = [trace.spans.index(one) for one in trace.find(*names, **rest)]
    except TracesError:
        found = []
    assert found == expected
    if query:
        assert _never_fails(trace, names, rest) == (not expected)


def _never_fails(trace: Any, names: list[str], rest: dict[str, Any]) -> bool:
    """Whether `assert_never` holds, or refuses to say that it does."""
    try:
        trace.assert_never(*names, **rest)
    except TracesError:
        return True
    except AssertionError:
        return False
    return True
