"""LangGraph: supersteps, `Send`, loops, retries and streams, all held up at random."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest
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
