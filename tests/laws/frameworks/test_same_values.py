"""Odd values through real frameworks: recorded or not, the program gets the same and the values see the same."""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Callable
from threading import get_ident
from typing import Any
from unittest.mock import MagicMock

import httpx2
import pytest
import tracellm
from agents import Agent as OpenAIAgent
from agents import RunContextWrapper, Runner, function_tool, set_trace_processors
from agents.testing import ScriptedModel, assistant_message, function_call
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.graph import START, StateGraph
from openai import OpenAI
from opentelemetry.sdk.trace import TracerProvider
from pydantic_ai import Agent, RunContext
from timbal import Tool

from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from tests.adapters.with_openai.replies import chat
from tests.adapters.with_pydantic_ai.models import ScriptedModel as Scripted
from tests.laws.odd_values import ODD, a_million_numbers

Pass = Callable[[Any], Any]


@pytest.fixture(autouse=True, scope="module")
def nothing_is_uploaded() -> None:
    set_trace_processors([])


def langchain_runnable(value: Any) -> Any:
    return RunnableLambda(lambda given: given, name="step").invoke(value)


def langchain_tool(value: Any) -> Any:
    @tool
    def step(given: Any) -> Any:
        """Take a step."""
        return given

    return step.invoke({"given": value})


def langgraph(value: Any) -> Any:
    made: Any = StateGraph(dict)
    made.add_node("step", lambda state: {"value": state["value"]})
    made.add_edge(START, "step")
    return made.compile().invoke({"value": value})["value"]


def timbal(value: Any) -> Any:
    async def step(given: Any) -> Any:
        return given

    return asyncio.run(Tool(name="step", handler=step)(given=value).collect()).output


def tracellm_tool(value: Any) -> Any:
    @tracellm.trace_tool()
    def step(given: Any) -> Any:
        return given

    return step(value)


def pydantic_ai(value: Any) -> Any:
    agent = Agent(Scripted([("step", {})], "done"), deps_type=object)
    got = []

    @agent.tool
    def step(context: RunContext[object]) -> str:
        got.append(context.deps)
        return "x"

    agent.run_sync("?", deps=value)
    return got[0]


def pydantic_ai_tool(value: Any) -> Any:
    agent = Agent(Scripted([("step", {})], "done"))

    @agent.tool_plain
    def step() -> Any:
        return value

    return agent.run_sync("?").output


def openai_agents(value: Any) -> Any:
    got = []

    @function_tool
    def step(context: RunContextWrapper[Any]) -> Any:
        got.append(context.context)
        return value

    model = ScriptedModel([[function_call("step", {}, call_id="1")], [assistant_message("done")]])
    Runner.run_sync(OpenAIAgent(name="desk", model=model, tools=[step]), "?", context=value)
    return got[0]


def openai_sdk(value: Any) -> Any:
    sent: list[bytes] = []

    def answer(request: Any) -> Any:
        sent.append(request.content)
        return chat()

    client = OpenAI(api_key="k", http_client=httpx2.Client(transport=httpx2.MockTransport(answer)), max_retries=0)
    client.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}], metadata=value)
    return sent


def opentelemetry(value: Any) -> Any:
    with TracerProvider().get_tracer("laws").start_as_current_span("step") as span:
        span.set_attribute("value", value)
        span.add_event("event", {"value": value})
        return span.attributes["value"]  # type: ignore[attr-defined]


PASSES: list[Pass] = [
    langchain_runnable,
    langchain_tool,
    langgraph,
    timbal,
    tracellm_tool,
    pydantic_ai,
    pydantic_ai_tool,
    openai_agents,
    openai_sdk,
    opentelemetry,
]


def a_mock() -> Any:
    return MagicMock()


def an_iterator() -> Any:
    return iter([1, 2, 3])


def what_warns() -> Any:
    def warn(_: Any) -> int:
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return 1

    return type("Warns", (), {"field": property(warn), "__repr__": lambda _: str(warn(_))})()


def an_exception() -> Any:
    error = ValueError("no")
    error.add_note("a note")
    return error


VALUES = [*(make for make in ODD if make is not a_million_numbers), a_mock, an_iterator, what_warns, an_exception]


def outcome(passes: Pass, make: Callable[[], Any], caught: pytest.LogCaptureFixture) -> list[Any]:
    """Tell what a program sees of a value that it passes on, and what the value sees of the program."""
    value = make()
    caught.clear()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            got = passes(value)
        except Exception as error:
            told: Any = "raised", type(error).__name__, getattr(error, "__notes__", []), error is value
        else:
            told = "returned", got is value, type(got).__name__
    seen = getattr(type(value), "touched", []), value.mock_calls if type(value) is MagicMock else []
    left = list(value) if make is an_iterator else []
    said = sorted({(one.category, str(one.message)[:60]) for one in warned}, key=str)
    logged = sorted(record.levelname for record in caught.records if record.thread == get_ident())
    return [told, seen, left, said, logged]


@pytest.mark.parametrize("make", VALUES, ids=lambda make: make.__name__)
@pytest.mark.parametrize("passes", PASSES, ids=lambda passes: passes.__name__)
def test_a_framework_and_its_values_see_no_recording(
    passes: Pass, make: Callable[[], Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    recorder = Recorder("a test")
    outcome(passes, make, caplog)  # what is said once only is said
    unrecorded = outcome(passes, make, caplog)
    with recording(recorder):
        recorded = outcome(passes, make, caplog)
    assert recorded == unrecorded
    assert recorded[0][0] == "raised" or harvest(recorder).spans
    assert recorder.gaps.troubles == []


def test_a_part_that_a_value_repeats_is_read_once() -> None:
    value: Any = ["leaf"]
    for _ in range(50):  # as a tree it has 2 ** 50 leaves
        value = [value, value]
    recorder = Recorder("a test")
    with recording(recorder):
        assert langchain_runnable(value) is value
    assert [span.status for span in harvest(recorder).spans] == ["success"]
    assert recorder.gaps.troubles == []
