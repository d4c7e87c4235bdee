"""LangGraph: interrupts, what they ask, and the second run that resumes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Annotated, Any, TypedDict

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

from pytest_traces.runtime import span
from pytest_traces.trace.trace import Trace
from tests.adapters.with_langchain.models import calls, scripted

THREAD: Any = {"configurable": {"thread_id": "1"}}
ASKED: Any = {"messages": [("user", "?")]}


class State(TypedDict):
    done: Annotated[list[Any], operator.add]


def note(name: str) -> Callable[[State], State]:
    """Return a node that writes its name."""
    return lambda state: {"done": [name]}


def asks(question: Any) -> Callable[[State], State]:
    """Return a node that asks a person, between two steps of its own."""

    def node(state: State) -> State:
        with span(span_type="tool", name="prepare"):
            pass
        answer = interrupt(question)
        with span(span_type="tool", name="act"):
            pass
        return {"done": [answer]}

    return node


def graph(**nodes: Any) -> StateGraph[State]:
    """Return a graph of nodes one after the other."""
    made = StateGraph(State)
    before = START
    for name, node in nodes.items():
        made.add_node(name, node)
        made.add_edge(before, name)
        before = name
    return made


def questions(trace: Trace) -> list[tuple[str, Any]]:
    return [(event.path, event.payload) for event in trace.events if event.type == "approval"]


RESUMED = """\
workflow desk
├─ action draft
└─ action ask [cancelled]
   └─ tool prepare
workflow desk
├─ action ask
│  ├─ tool prepare
│  └─ tool act
└─ action send"""


def test_a_run_that_resumes_begins_with_the_node_that_asked(trace: Trace) -> None:
    desk = graph(draft=note("draft"), ask=asks("send it?"), send=note("send"))
    app = desk.compile(checkpointer=InMemorySaver(), name="desk")
    app.invoke({"done": []}, THREAD)
    assert app.invoke(Command(resume="yes"), THREAD) == {"done": ["draft", "yes", "send"]}
    assert str(trace) == RESUMED
    assert questions(trace) == [("desk.ask", ["send it?"])]
    assert trace.last("ask").output == {"done": ["yes"]}


def test_what_a_subgraph_asks_is_told_once(trace: Trace) -> None:
    inner = graph(ask=lambda state: {"done": [interrupt({"send": "it"})]}).compile(name="inner")
    app = graph(sub=inner, end=note("end")).compile(checkpointer=InMemorySaver(), name="outer")
    app.invoke({"done": []}, THREAD)
    assert questions(trace) == [("outer.sub.inner.ask", [{"send": "it"}])]
    assert [one.name for one in trace.find(status="cancelled")] == ["sub", "inner", "ask"]
    app.invoke(Command(resume="yes"), THREAD)
    tree = ["workflow outer", "├─ action sub", "│  └─ workflow inner", "│     └─ action ask", "└─ action end"]
    assert str(trace).splitlines()[4:] == tree


def test_nodes_side_by_side_ask_each_for_itself_and_resume_side_by_side(trace: Trace) -> None:
    made = StateGraph(State)
    for name in "ab":
        made.add_node(name, lambda state, name=name: {"done": [interrupt(f"{name}?")]})
        made.add_edge(START, name)
    app = made.compile(checkpointer=InMemorySaver(), name="desk")
    asked = app.invoke({"done": []}, THREAD)["__interrupt__"]
    app.invoke(Command(resume={one.id: f"yes, {one.value}" for one in asked}), THREAD)
    assert sorted(questions(trace)) == [("desk.a", ["a?"]), ("desk.b", ["b?"])]
    first = ["workflow desk", "├─ ∥ action a [cancelled]", "└─ ∥ action b [cancelled]"]
    assert str(trace).splitlines() == [*first, "workflow desk", "├─ ∥ action a", "└─ ∥ action b"]


def test_a_graph_that_stops_before_a_node_goes_on_with_it(trace: Trace) -> None:
    app = graph(a=note("a"), b=note("b")).compile(checkpointer=InMemorySaver(), interrupt_before=["b"], name="desk")
    app.invoke({"done": []}, THREAD)
    app.invoke(None, THREAD)
    assert str(trace) == "workflow desk\n└─ action a\nworkflow desk\n└─ action b"


@tool
def send(to: str) -> str:
    """Send a letter."""
    return str(interrupt(f"send to {to}?"))


TOOL_ASKED = """\
agent mailer
├─ llm Scripted
└─ tool send [cancelled]
agent mailer
├─ tool send
└─ llm Scripted"""


def test_a_tool_of_an_agent_that_asks_runs_again(trace: Trace) -> None:
    model = scripted(calls("send", to="Bob"), AIMessage("Sent."))
    agent = create_agent(model, [send], name="mailer", checkpointer=InMemorySaver())
    agent.invoke(ASKED, THREAD)
    agent.invoke(Command(resume="yes"), THREAD)
    assert str(trace) == TOOL_ASKED
    assert questions(trace) == [("mailer.send", ["send to Bob?"])]
    assert trace.tools[1].output == "yes"


def test_a_middleware_that_asks_is_machinery_and_its_question_is_told_at_the_agent(trace: Trace) -> None:
    @tool
    def wipe(disk: str) -> str:
        """Wipe a disk."""
        return "wiped"

    model = scripted(calls("wipe", disk="C"), AIMessage("Done."))
    ask: Any = HumanInTheLoopMiddleware(interrupt_on={"wipe": True})
    agent = create_agent(model, [wipe], name="admin", checkpointer=InMemorySaver(), middleware=[ask])
    agent.invoke(ASKED, THREAD)
    [(path, [asked])] = questions(trace)
    assert path == "admin"
    assert asked["action_requests"][0]["args"] == {"disk": "C"}
    agent.invoke(Command(resume={"decisions": [{"type": "approve"}]}), THREAD)
    assert str(trace) == "agent admin\n└─ llm Scripted\nagent admin\n├─ tool wipe\n└─ llm Scripted"
