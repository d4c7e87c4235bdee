"""LangGraph: graphs, their nodes, branches, loops, subgraphs and retries."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.runnables import RunnableLambda
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, RetryPolicy, Send

from pytest_traces.trace.trace import Trace


class State(TypedDict):
    done: Annotated[list[Any], operator.add]


def note(name: str) -> Callable[[State], State]:
    """Return a node that writes its name."""
    return lambda state: {"done": [name]}


def diamond() -> Any:
    graph = StateGraph(State)
    for name in "abcd":
        graph.add_node(name, note(name))
    for before, after in (START, "a"), ("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"):
        graph.add_edge(before, after)
    return graph.compile(name="diamond")


DIAMOND = """\
workflow diamond
├─ action a
├─ ∥ action b
├─ ∥ action c
└─ action d"""


async def events_of(graph: Any) -> None:
    async for _ in graph.astream_events({"done": []}, version="v2"):
        pass


@pytest.mark.parametrize(
    "run",
    [
        lambda graph: graph.invoke({"done": []}),
        lambda graph: asyncio.run(graph.ainvoke({"done": []})),
        lambda graph: list(graph.stream({"done": []})),
        lambda graph: asyncio.run(events_of(graph)),
    ],
    ids=["invoke", "ainvoke", "stream", "astream_events"],
)
def test_nodes_of_one_superstep_are_side_by_side(trace: Trace, run: Callable[[Any], Any]) -> None:
    run(diamond())
    assert str(trace) == DIAMOND


def test_what_is_sent_to_a_node_runs_side_by_side(trace: Trace) -> None:
    graph = StateGraph(State)
    graph.add_node("plan", note("plan"))
    graph.add_node("work", lambda state: {"done": [state["item"]]})
    graph.add_node("join", note("join"))
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", lambda state: [Send("work", {"item": item}) for item in range(3)], ["work"])
    graph.add_edge("work", "join")
    graph.compile(name="fan").invoke({"done": []})
    tree = ["workflow fan", "├─ action plan", *["├─ ∥ action work"] * 3, "└─ action join"]
    assert str(trace).splitlines() == tree
    assert sorted(span.input["item"] for span in trace.find("work")) == [0, 1, 2]


def test_a_loop_is_its_turns_in_order(trace: Trace) -> None:
    graph = StateGraph(State)
    graph.add_node("step", note("step"))
    graph.add_edge(START, "step")
    graph.add_conditional_edges("step", lambda state: END if len(state["done"]) > 2 else "step")
    graph.compile(name="loop").invoke({"done": []})
    assert str(trace) == "workflow loop\n├─ action step\n├─ action step\n└─ action step"


def test_a_subgraph_and_a_graph_that_a_node_calls_are_drawn_alike(trace: Trace) -> None:
    inner = diamond()
    graph = StateGraph(State)
    graph.add_node("as_node", inner)
    graph.add_node("called", lambda state: inner.invoke({"done": []}))
    graph.add_edge(START, "as_node")
    graph.add_edge("as_node", "called")
    graph.compile(name="outer").invoke({"done": []})
    steps = ["├─ action a", "├─ ∥ action b", "├─ ∥ action c", "└─ action d"]
    first = ["├─ action as_node", "│  └─ workflow diamond", *(f"│     {step}" for step in steps)]
    second = ["└─ action called", "   └─ workflow diamond", *(f"      {step}" for step in steps)]
    assert str(trace).splitlines() == ["workflow outer", *first, *second]


def test_a_retry_policy_makes_attempts(trace: Trace) -> None:
    failures = [ConnectionError("reset")]

    def flaky(state: State) -> State:
        if failures:
            raise failures.pop()
        return {"done": ["flaky"]}

    graph = StateGraph(State)
    graph.add_node("flaky", flaky, retry_policy=RetryPolicy(initial_interval=0.01, jitter=False))
    graph.add_edge(START, "flaky")
    graph.compile(name="steady").invoke({"done": []})
    assert str(trace) == "workflow steady\n├─ action flaky ✗ ConnectionError: reset\n└─ action flaky"
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("flaky", 2, True)


def test_an_attempt_of_a_node_is_one_also_if_the_failed_one_changed_the_state(trace: Trace) -> None:
    def flaky(state: State) -> State:
        state["done"].append("tried")
        if len(state["done"]) < 3:
            raise ConnectionError("reset")
        return {"done": []}

    graph = StateGraph(State)
    graph.add_node("flaky", flaky, retry_policy=RetryPolicy(initial_interval=0.01, jitter=False))
    graph.add_edge(START, "flaky")
    graph.compile(name="steady").invoke({"done": []})
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("flaky", 3, True)


def test_a_model_that_a_node_asks_is_below_the_node(trace: Trace) -> None:
    model = FakeListChatModel(responses=["fine"])
    graph = StateGraph(State)
    graph.add_node("think", lambda state: {"done": [model.invoke("how?").content]})
    graph.add_edge(START, "think")
    graph.compile(name="mind").invoke({"done": []})
    assert str(trace) == "workflow mind\n└─ action think\n   └─ llm FakeListChatModel"
    assert trace.one(type="llm").output == {"role": "assistant", "content": "fine"}


def test_steps_of_a_chain_are_drawn_in_a_node_as_anywhere_and_what_routes_is_not(trace: Trace) -> None:
    def prepare(state: State) -> str:
        return "how?"

    def write(answer: Any) -> State:
        return {"done": [answer.content]}

    def route(state: State) -> str:
        return END

    thinks: Any = RunnableLambda(prepare) | FakeListChatModel(responses=["fine"]) | RunnableLambda(write)
    graph = StateGraph(State)
    graph.add_node("is_chain", thinks)
    graph.add_node("calls_chain", lambda state: thinks.invoke(state))
    graph.add_edge(START, "is_chain")
    graph.add_edge("is_chain", "calls_chain")
    graph.add_conditional_edges("calls_chain", route)
    graph.compile(name="mind").invoke({"done": []})
    assert str(trace).splitlines() == [
        "workflow mind",
        "├─ action is_chain",
        "│  ├─ chain prepare",
        "│  ├─ llm FakeListChatModel",
        "│  └─ chain write",
        "└─ action calls_chain",
        "   ├─ chain prepare",
        "   ├─ llm FakeListChatModel",
        "   └─ chain write",
    ]
    assert "route" in trace.machinery.names


def test_a_node_that_chooses_the_next_one_has_answered(trace: Trace) -> None:
    inner = StateGraph(State)
    inner.add_node("leave", lambda state: Command(goto="end", update={"done": ["leave"]}, graph=Command.PARENT))
    inner.add_edge(START, "leave")
    graph = StateGraph(State)
    graph.add_node("first", lambda state: Command(goto="sub", update={"done": ["first"]}), destinations=("sub",))
    graph.add_node("sub", inner.compile(name="inner"), destinations=("end",))
    graph.add_node("end", note("end"))
    graph.add_edge(START, "first")
    graph.compile(name="outer").invoke({"done": []})
    tree = ["workflow outer", "├─ action first", "├─ action sub", "│  └─ workflow inner", "│     └─ action leave"]
    assert str(trace).splitlines() == [*tree, "└─ action end"]
    assert {one.status for one in trace.spans} == {"success"}


def test_a_node_that_fails_ends_the_graph_and_those_beside_it_are_told(trace: Trace) -> None:
    def broken(state: State) -> State:
        raise ValueError("broken")

    graph = StateGraph(State)
    graph.add_node("broken", broken)
    graph.add_edge(START, "broken")
    with pytest.raises(ValueError, match="broken"):
        graph.compile(name="graph").invoke({"done": []})
    assert str(trace) == "workflow graph ✗ ValueError: broken\n└─ action broken ✗ ValueError: broken"


async def test_a_graph_that_is_cancelled_is_cancelled_with_its_node(trace: Trace) -> None:
    begun = asyncio.Event()

    async def wait(state: State) -> None:
        begun.set()
        await asyncio.Event().wait()

    graph = StateGraph(State)
    graph.add_node("wait", wait)
    graph.add_edge(START, "wait")
    run = asyncio.create_task(graph.compile(name="graph").ainvoke({"done": []}))
    await begun.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert str(trace) == "workflow graph [cancelled]\n└─ action wait [cancelled]"


def test_a_run_from_an_earlier_state_begins_there(trace: Trace) -> None:
    graph = StateGraph(State)
    for before, name in (START, "a"), ("a", "b"):
        graph.add_node(name, note(name))
        graph.add_edge(before, name)
    app = graph.compile(checkpointer=InMemorySaver(), name="graph")
    thread: Any = {"configurable": {"thread_id": "1"}}
    app.invoke({"done": []}, thread)
    after_a = next(state for state in app.get_state_history(thread) if state.next == ("b",))
    app.invoke(None, app.update_state(after_a.config, {"done": ["edited"]}, as_node="a"))
    assert str(trace) == "workflow graph\n├─ action a\n└─ action b\nworkflow graph\n└─ action b"
