"""LangGraph: supersteps, `Send`, loops, tasks, retries and streams, all held up at random."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.func import entrypoint, task
from langgraph.graph import START, StateGraph
from langgraph.types import RetryPolicy, Send

from tests.laws.frameworks.schedules import trees
from tests.laws.waits.steps import Steps


class State(TypedDict):
    done: Annotated[list[Any], operator.add]


def graph(step: Steps) -> Any:
    """Make a graph: `first`, then `a` beside `b`, then `c`, which fails once, then what is sent to `work`."""
    made = StateGraph(State)
    failures = [ConnectionError("reset")]

    def node(name: str) -> Callable[[State], State]:
        def run(state: State) -> State:
            step(f"in {name}")
            if name == "c" and failures:
                raise failures.pop()
            return {"done": [name]}

        return run

    for name in ("first", "a", "b", "work"):
        made.add_node(name, node(name))
    made.add_node("c", node("c"), retry_policy=RetryPolicy(initial_interval=0, max_interval=0, jitter=False))
    for before, after in (START, "first"), ("first", "a"), ("first", "b"), ("a", "c"):
        made.add_edge(before, after)
    made.add_conditional_edges("c", lambda state: [Send("work", {"item": item}) for item in range(2)], ["work"])
    return made.compile(name="graph")


GRAPH = """\
workflow graph
  action first
    tool in first
  ∥ action a
    tool in a
  ∥ action b
    tool in b
  action c
    tool in c
  action c
    tool in c
  ∥ action work
    tool in work
  ∥ action work
    tool in work"""


async def asynchronously(graph: Any) -> None:
    await graph.ainvoke({"done": []})


async def events(graph: Any) -> None:
    async for _ in graph.astream_events({"done": []}, version="v2"):
        pass


def streamed(graph: Any) -> None:
    for _ in graph.stream({"done": []}, stream_mode=["custom", "updates"]):
        pass


@pytest.mark.parametrize("run", [lambda graph: graph.invoke({"done": []}), asynchronously, events, streamed])
def test_supersteps_come_one_after_the_other_and_their_nodes_are_side_by_side(run: Callable[[Any], Any]) -> None:
    assert trees(lambda step: run(graph(step))) == {GRAPH}


POLICY = RetryPolicy(initial_interval=0, max_interval=0, jitter=False)
FLOW = """\
workflow flow
  action look
    tool in look
  ∥ action left
    tool in left
  ∥ action right
    tool in right
  action send
    tool in send
  action send
    tool in send"""


def tasks(work: Callable[[str, list[Exception]], Any]) -> list[Any]:
    """Make `look`, `left`, `right`, and `send`, which fails once."""
    failures: dict[str, list[Exception]] = {"send": [ConnectionError("reset")]}

    def made(name: str) -> Any:
        return task(name=name, retry_policy=POLICY)(work(name, failures.get(name, [])))

    return [made(name) for name in ("look", "left", "right", "send")]


def functions(step: Steps) -> Any:
    """Make a flow: `look`, then `left` beside `right`, then `send`."""

    def work(name: str, failures: list[Exception]) -> Any:
        def run() -> None:
            step(f"in {name}")
            if failures:
                raise failures.pop()

        return run

    look, left, right, send = tasks(work)

    @entrypoint()
    def flow(_: Any) -> None:
        look().result()
        for one in [left(), right()]:
            one.result()
        send().result()

    return flow


async def functions_in_a_loop(step: Steps) -> None:
    def work(name: str, failures: list[Exception]) -> Any:
        async def run() -> None:
            await step.later(f"in {name}")
            if failures:
                raise failures.pop()

        return run

    look, left, right, send = tasks(work)

    @entrypoint()
    async def flow(_: Any) -> None:
        await look()
        await asyncio.gather(left(), right())
        await send()

    await flow.ainvoke("?")


def test_tasks_in_threads_come_after_those_whose_result_was_taken() -> None:
    assert trees(lambda step: functions(step).invoke("?")) == {FLOW}


def test_tasks_in_a_loop_come_after_those_that_were_awaited() -> None:
    assert trees(functions_in_a_loop) == {FLOW}
