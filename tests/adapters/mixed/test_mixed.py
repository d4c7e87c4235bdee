"""Programs of several frameworks at once: right parents, each call shown once and counted once."""

from __future__ import annotations

import asyncio
from typing import Any, TypedDict

import pytest
from agents import Agent as OpenAIAgent
from agents import OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner, function_tool
from langgraph.graph import START, StateGraph
from openai import AsyncOpenAI
from opentelemetry import trace as api
from pydantic_ai import Agent

from pytest_traces import Trace
from tests.adapters.doubles.wire import ASK, client, whole
from tests.adapters.with_openai.replies import chat, function, response
from tests.adapters.with_pydantic_ai.models import ScriptedModel
from tests.project import project as project

tracer = api.get_tracer("mixed")


class State(TypedDict):
    answer: str


def desk() -> Any:
    """Return a graph, whose node runs an agent, whose tool calls a model inside a span."""
    sdk = client(AsyncOpenAI, chat())
    agent = Agent(ScriptedModel([("look_up", {})], "Rain."), name="forecaster")

    @agent.tool_plain
    async def look_up() -> str:
        with tracer.start_as_current_span("lookup"):
            answer = await sdk.chat.completions.create(model="gpt-4o-mini", messages=ASK)
        return str(answer.choices[0].message.content)

    async def forecast(state: State) -> State:
        return {"answer": (await agent.run("Weather?")).output}

    graph = StateGraph(State)
    graph.add_node("forecast", forecast)
    graph.add_edge(START, "forecast")
    return graph.compile(name="desk")


DESK = """\
workflow desk
└─ action forecast
   └─ agent forecaster
      ├─ llm gpt-x
      ├─ tool look_up
      │  └─ span lookup
      │     └─ llm gpt-4o-mini
      └─ llm gpt-x"""


def test_a_graph_an_agent_a_span_and_a_client_are_one_tree(trace: Trace) -> None:
    asyncio.run(desk().ainvoke({"answer": ""}))
    assert str(trace) == DESK
    assert (trace.usage.requests, trace.usage.input_tokens, trace.usage.output_tokens) == (3, 75, 15)


ORDERS = {
    "as in alphabets": ["agents", "langgraph.graph", "openai", "opentelemetry.sdk.trace", "pydantic_ai"],
    "the other way round": ["pydantic_ai", "opentelemetry.sdk.trace", "openai", "langgraph.graph", "agents"],
}


@pytest.mark.parametrize("modules", ORDERS.values(), ids=ORDERS)
def test_the_order_of_imports_changes_nothing(project: Any, modules: list[str]) -> None:
    project.write("conftest.py", "\n".join(f"import {module}" for module in modules))
    project.tests("""
    import asyncio

    def test_it(trace):
        from tests.adapters.mixed.test_mixed import DESK, desk

        asyncio.run(desk().ainvoke({"answer": ""}))
        assert str(trace) == DESK
    """)
    ran = project.run()
    assert ran.outcomes == "1 passed", ran.output


@function_tool
def get_weather(city: str) -> str:
    return "rain"


def asked(kind: str) -> Any:
    """Return a model of the Agents SDK on a client of the SDK below it."""
    if kind == "chat":
        replies = chat(None, function("get_weather", city="Paris")), chat("Rain.")
        return OpenAIChatCompletionsModel("gpt-4o-mini", client(AsyncOpenAI, *replies))
    call = {
        "type": "function_call",
        "id": "f1",
        "call_id": "c1",
        "name": "get_weather",
        "arguments": '{"city": "Paris"}',
    }
    replies = whole(response({**call, "status": "completed"})), whole(response())
    return OpenAIResponsesModel("gpt-4o-mini", client(AsyncOpenAI, *replies))


@pytest.mark.parametrize("kind", ["chat", "responses"])
def test_the_agents_sdk_and_the_client_below_it_are_shown_once_and_counted_once(trace: Trace, kind: str) -> None:
    agent = OpenAIAgent(name="desk", model=asked(kind), tools=[get_weather])
    Runner.run_sync(agent, "Weather?", run_config=RunConfig(tracing_disabled=True))
    assert str(trace) == "agent desk\n├─ llm gpt-4o-mini\n├─ tool get_weather\n└─ llm gpt-4o-mini"
    assert (trace.usage.requests, trace.usage.input_tokens, trace.usage.output_tokens) == (2, 50, 10)
