"""Statements that are false of one trace, as they are written by hand: each fails or is refused, none passes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from dirty_equals import IsFloat, IsInt

from pytest_traces.assertions.queries.matching.arguments import exactly
from pytest_traces.assertions.sequences.patterns import optional, parallel
from pytest_traces.errors import TracesError
from tests.builders import a_trace, agent, at_once, llm, span, tool
from tests.silent_greens.statements import FALSE, TRUE

TRACE = a_trace(
    agent(
        "planner",
        llm("chat", model="openai/gpt-4o", tokens=(60, 12), tags=("fast",), metadata={"tier": "gold"}),
        at_once(
            tool("geocode", input={"city": "Paris"}, output={"lat": 48.85}),
            tool("get_time", input={"tz": "Europe/Paris"}, output="12:00"),
        ),
        agent(
            "buyer",
            tool("delete_user", input={"user": {"id": 7}}, error="TimeoutError: upstream timed out"),
            tool("delete_user", input={"user": {"id": 7}}, output={"ok": True}),
        ),
        span("retrieval", "search", input="cats", output=[{"id": 1}]),
        llm("chat", model="openai/gpt-4o", tokens=(20, None), chunks=("a", "b")),
    ),
    agent("second", tool("pay", input='{"amount": 10}', status="blocked"), status="cancelled"),
)


def run(statement: str) -> None:
    known: dict[str, Any] = {"trace": TRACE, "T": TRACE, "d": TRACE.first("delete_user"), "re": re, "agent": agent}
    known |= {"IsInt": IsInt, "IsFloat": IsFloat, "exactly": exactly, "optional": optional, "parallel": parallel}
    exec(statement, known | {"a_trace": a_trace})


@pytest.mark.parametrize("statement", FALSE.strip().splitlines())
def test_a_false_statement_never_passes(statement: str) -> None:
    with pytest.raises((AssertionError, TracesError, TypeError)) as told:
        run(statement)
    assert type(told.value) is not TypeError or "takes 1 positional argument" in str(told.value)


@pytest.mark.parametrize("statement", TRUE.strip().splitlines())
def test_a_true_statement_passes(statement: str) -> None:
    run(statement)
