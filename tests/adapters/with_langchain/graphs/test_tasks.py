"""LangGraph's functions: `@entrypoint` and `@task`, what they wait for, attempts, interrupts and caches."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from langgraph.cache.memory import InMemoryCache
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.types import CachePolicy, Command, RetryPolicy, interrupt

from pytest_traces.runtime import span
from pytest_traces.trace.trace import Trace

SUMS = """\
workflow sums
├─ ∥ action double
│  └─ tool multiply
├─ ∥ action double
│  └─ tool multiply
└─ action total"""


@task
def double(number: int) -> int:
    with span(span_type="tool", name="multiply"):
        return number * 2


@task
def total(numbers: list[int]) -> int:
    return sum(numbers)


@entrypoint()
def sums(numbers: list[int]) -> int:
    doubled = [double(number) for number in numbers]
    return total([one.result() for one in doubled]).result()


def test_an_entrypoint_is_a_workflow_and_its_tasks_are_actions(trace: Trace) -> None:
    assert sums.invoke([1, 2]) == 6
    assert str(trace) == SUMS
    assert (trace.roots[0].input, trace.roots[0].output) == ([1, 2], 6)
    assert sorted(one.output for one in trace.find("double")) == [2, 4]
    assert trace.machinery.names == ["LangGraph"]


def test_tasks_of_a_streamed_run_are_the_same(trace: Trace) -> None:
    list(sums.stream([1, 2]))
    assert str(trace) == SUMS


async def test_tasks_in_a_loop_come_after_what_was_awaited(trace: Trace) -> None:
    @task
    async def double(number: int) -> int:
        with span(span_type="tool", name="multiply"):
            return number * 2

    @entrypoint()
    async def sums(numbers: list[int]) -> int:
        return await total(await asyncio.gather(*(double(number) for number in numbers)))

    assert await sums.ainvoke([1, 2]) == 6
    assert str(trace) == SUMS


def test_a_task_that_fails_is_tried_again_or_left_to_the_program(trace: Trace) -> None:
    failures = [ConnectionError("reset")]

    @task(retry_policy=RetryPolicy(initial_interval=0, max_interval=0, jitter=False))
    def fetch() -> str:
        if failures:
            raise failures.pop()
        return "page"

    @task
    def save() -> None:
        raise OSError("disk full")

    @entrypoint()
    def flow(_: Any) -> str:
        page = fetch().result()
        with pytest.raises(OSError, match="full"):
            save().result()
        return page

    assert flow.invoke("?") == "page"
    assert str(trace).splitlines() == [
        "workflow flow",
        "├─ action fetch ✗ ConnectionError: reset",
        "├─ action fetch",
        "└─ action save ✗ OSError: disk full",
    ]
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("fetch", 2, True)


def test_a_task_that_is_over_does_not_run_again_when_the_flow_resumes(trace: Trace) -> None:
    @entrypoint(checkpointer=InMemorySaver())
    def flow(number: int) -> tuple[int, str]:
        return double(number).result(), interrupt("right?")

    thread: Any = {"configurable": {"thread_id": "1"}}
    flow.invoke(2, thread)
    assert flow.invoke(Command(resume="yes"), thread) == (4, "yes")
    tree = ["workflow flow [cancelled]", "└─ action double", "   └─ tool multiply", "workflow flow"]
    assert str(trace).splitlines() == tree
    assert [(event.path, event.payload) for event in trace.events if event.type == "approval"] == [("flow", ["right?"])]


def test_a_task_whose_result_is_cached_does_not_run(trace: Trace) -> None:
    @task(cache_policy=CachePolicy())
    def fetch(page: str) -> str:
        return page.upper()

    @entrypoint(cache=InMemoryCache())
    def flow(page: str) -> str:
        return fetch(page).result()

    assert [flow.invoke("a"), flow.invoke("a")] == ["A", "A"]
    assert str(trace) == "workflow flow\n└─ action fetch\nworkflow flow"


def test_a_task_that_a_node_calls_is_below_the_node(trace: Trace) -> None:
    def node(state: MessagesState) -> dict[str, Any]:
        return {"messages": [("ai", str(double(2).result()))]}

    graph = StateGraph(MessagesState)
    graph.add_node("node", node)
    graph.add_edge(START, "node")
    graph.compile(name="graph").invoke({"messages": []})
    tree = ["workflow graph", "└─ action node", "   └─ action double", "      └─ tool multiply"]
    assert str(trace).splitlines() == tree
