"""LangChain's `create_agent`: with and without a name, what its tools run, agents in graphs and in agents."""

from __future__ import annotations

from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import before_model
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph

from pytest_traces.trace.trace import Trace
from tests.adapters.with_langchain.models import calls, scripted, steps_a_and_b

ASKED: Any = {"messages": [("user", "?")]}


@tool
def look(at: str) -> str:
    """Look."""
    return "clear"


def looker(**options: Any) -> Any:
    return create_agent(scripted(calls("look", at="sky"), AIMessage("Clear.")), [look], **options)


STEPS = ["├─ llm Scripted", "├─ tool look", "└─ llm Scripted"]


@pytest.mark.parametrize(("options", "name"), [({"name": "looker"}, "looker"), ({}, "LangGraph")])
def test_an_agent_is_its_model_calls_and_its_tools(trace: Trace, options: Any, name: str) -> None:
    looker(**options).invoke(ASKED)
    assert str(trace).splitlines() == [f"agent {name}", *STEPS]
    assert trace.machinery.names == ["model", "tools", "model"]


def test_a_middleware_is_machinery(trace: Trace) -> None:
    @before_model
    def trim(state: Any, runtime: Any) -> None:
        """Do nothing."""

    looker(name="looker", middleware=[trim]).invoke(ASKED)
    assert str(trace).splitlines() == ["agent looker", *STEPS]


def test_two_runs_are_two_agents(trace: Trace) -> None:
    for _ in range(2):
        looker(name="looker").invoke(ASKED)
    assert str(trace).splitlines() == ["agent looker", *STEPS] * 2


def test_an_agent_that_is_a_node_is_below_the_node(trace: Trace) -> None:
    graph = StateGraph(MessagesState)
    graph.add_node("looker", looker(name="looker"))
    graph.add_edge(START, "looker")
    graph.compile(name="desk").invoke(ASKED)
    head = ["workflow desk", "└─ action looker", "   └─ agent looker"]
    assert str(trace).splitlines() == [*head, *(f"      {step}" for step in STEPS)]


def functions() -> Any:
    @task
    def double(number: int) -> int:
        return number * 2

    @entrypoint()
    def flow(number: int) -> int:
        return double(number).result()

    return flow


def first(value: Any) -> Any:
    return value


IN_A_TOOL = """\
agent desk
├─ llm Scripted
├─ tool work
│  ├─ workflow graph
│  │  ├─ action a
│  │  └─ action b
│  ├─ workflow flow
│  │  └─ action double
│  ├─ chain first
│  ├─ chain first
│  └─ agent looker
│     ├─ llm Scripted
│     ├─ tool look
│     └─ llm Scripted
└─ llm Scripted"""


def test_what_a_tool_runs_is_drawn_as_anywhere(trace: Trace) -> None:
    @tool
    def work(on: str) -> str:
        """Run a graph, functions, a chain and an agent."""
        steps_a_and_b().invoke({"done": []})
        functions().invoke(2)
        (RunnableLambda(first) | RunnableLambda(first)).invoke(1)
        looker(name="looker").invoke(ASKED)
        return "done"

    create_agent(scripted(calls("work", on="it"), AIMessage("Done.")), [work], name="desk").invoke(ASKED)
    assert str(trace) == IN_A_TOOL
