"""A model that asks for a tool that the agent does not have: LangGraph tells the model, and runs nothing."""

from __future__ import annotations

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.tools import tool

from pytest_traces.errors import Mismatch
from pytest_traces.trace.trace import Trace
from tests.adapters.with_langchain.models import calls, scripted


@tool
def geocode(city: str) -> float:
    """Find a city."""
    return 48.85


def desk(*tools: str) -> Any:
    return create_agent(scripted(calls(*tools, city="Paris"), AIMessage("done")), [geocode], name="desk")


QUESTION = {"messages": [("user", "Where is Paris?")]}


def test_an_unknown_tool_is_a_failed_tool_beside_the_others_of_its_answer(trace: Trace) -> None:
    desk("get_wind", "geocode").invoke(QUESTION)
    assert str(trace) == (
        "agent desk\n├─ llm Scripted\n├─ ∥ tool geocode\n├─ ∥ tool get_wind ✗ "
        "tool_not_found: Error: get_wind is not a valid tool, try one of [geocode].\n└─ llm Scripted"
    )
    assert trace.one("get_wind").input == {"city": "Paris"}


async def test_it_is_told_of_an_async_run_too(trace: Trace) -> None:
    await desk("get_wind").ainvoke(QUESTION)
    with pytest.raises(Mismatch, match="the model asked for 'get_wind'"):
        trace.assert_no_unknown_tools()


def test_a_run_of_known_tools_has_none(trace: Trace) -> None:
    desk("geocode").invoke(QUESTION)
    trace.assert_no_unknown_tools()
