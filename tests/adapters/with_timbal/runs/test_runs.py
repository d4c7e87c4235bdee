"""Runs, nested and separate: what is below what, and which run it belongs to."""

import asyncio
import threading
from typing import Any

from timbal import Agent, Tool, Workflow
from timbal.core.test_model import TestModel
from timbal.state import get_run_context

from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import tool_calls


def agent(name: str, *tools: Any, said: list[Any], **options: Any) -> Agent:
    return Agent(name=name, tools=list(tools), model=TestModel(responses=said), **options)


async def test_a_tool_an_agent_and_a_workflow_have_their_types(trace: Trace) -> None:
    flow = Workflow(name="flow").step(Tool(name="load", handler=lambda: 1))
    await flow().collect()
    await agent("helper", said=["Done."])(prompt="go").collect()
    await Tool(name="search", handler=list, metadata={"type": "Retrieval"})().collect()
    assert [(span.type, span.path) for span in trace.spans] == [
        ("workflow", "flow"),
        ("tool", "flow.load"),
        ("agent", "helper"),
        ("llm", "helper.llm"),
        ("retrieval", "search"),
    ]


async def test_an_agent_as_a_tool_runs_inside_the_same_run(trace: Trace) -> None:
    inner = agent("expert", said=["42"], description="knows")
    outer = agent("boss", inner, said=[tool_calls(("expert", {"prompt": "what?"})), "It is 42."])
    await outer(prompt="ask").collect()
    assert str(trace).splitlines() == [
        "agent boss",
        "├─ llm llm",
        "├─ agent expert",
        "│  └─ llm llm",
        "└─ llm llm",
    ]
    assert len(trace.runs) == 1
    assert trace.one("expert").path == "boss.expert"


async def test_a_run_started_in_a_tools_body_is_a_run_of_its_own_below_that_tool(trace: Trace) -> None:
    expert = agent("expert", said=["42"])

    async def consult() -> str:
        answer = await expert(prompt="what?").collect()
        return str(answer.output.collect_text())

    await agent("boss", consult, said=[tool_calls(("consult", {})), "It is 42."])(prompt="ask").collect()
    assert str(trace).splitlines() == [
        "agent boss",
        "├─ llm llm",
        "├─ tool consult",
        "│  └─ agent expert",
        "│     └─ llm llm",
        "└─ llm llm",
    ]
    outer, inner = trace.runs
    assert (outer.root.name, inner.root.name) == ("boss", "expert")
    assert inner.started_by == trace.one("consult").call_id


async def test_a_nested_runnable_called_in_a_body_belongs_to_the_same_run(trace: Trace) -> None:
    helper = Tool(name="helper", handler=lambda: 1)
    helper.nest("outer")

    async def outer() -> int:
        return (await helper().collect()).output + 1

    await Tool(handler=outer)().collect()
    assert (trace.one("helper").parent, trace.one("helper").path) == (trace.one("outer"), "outer.helper")
    assert len(trace.runs) == 1


async def test_runs_in_one_test_are_kept_apart_and_those_after_one_another_go_on_a_session(trace: Trace) -> None:
    helper = agent("helper", said=["one", "two"])
    await helper(prompt="first").collect()
    await helper(prompt="second").collect()
    first, second = trace.llms
    assert [message["role"] for message in first.input["messages"]] == ["user"]
    assert [message["role"] for message in second.input["messages"]] == ["user", "assistant", "user"]
    one, two = trace.runs
    assert "parent_run_id" not in one.root.attributes
    assert two.root.attributes["parent_run_id"] == one.run_id


async def test_gathered_runs_are_drawn_side_by_side(trace: Trace) -> None:
    async def wait(seconds: float) -> float:
        await asyncio.sleep(seconds)
        return seconds

    tool = Tool(handler=wait)
    await asyncio.gather(tool(seconds=0.02).collect(), tool(seconds=0.0).collect())
    assert str(trace).splitlines() == ["∥ tool wait", "∥ tool wait"]
    assert len(trace.runs) == 2


def test_runs_in_a_thread_belong_to_the_test_that_started_the_thread(trace: Trace) -> None:
    tool = Tool(name="add", handler=lambda: 1)
    thread = threading.Thread(target=lambda: asyncio.run(tool().collect()))
    thread.start()
    thread.join()
    assert trace.tools.names == ["add"]


async def test_sync_async_generator_and_offloaded_handlers_are_recorded_alike(trace: Trace) -> None:
    def pieces() -> Any:
        yield "a"
        yield "b"

    async def more_pieces() -> Any:
        yield {"n": 1}
        yield None

    async def answer() -> int:
        return 1

    offloaded = Tool(name="offloaded", handler=lambda: threading.current_thread().name, offload_blocking=True)
    for tool in (Tool(handler=pieces), Tool(handler=more_pieces), Tool(handler=answer), offloaded):
        await tool().collect()
    outputs = {span.name: span.output for span in trace.spans}
    assert outputs.pop("offloaded") != threading.current_thread().name
    assert outputs == {"pieces": "ab", "more_pieces": [{"n": 1}, None], "answer": 1}
    assert {span.status for span in trace.spans} == {"success"}


async def test_what_went_in_is_kept_as_it_was_when_the_call_began(trace: Trace) -> None:
    def sort(items: list[int]) -> list[int]:
        items.sort()
        items.append(99)
        return items

    await Tool(handler=sort)(items=[2, 1]).collect()
    assert (trace.one("sort").input, trace.one("sort").output) == ({"items": [2, 1]}, [1, 2, 99])


async def test_each_model_call_keeps_the_messages_it_was_given(trace: Trace) -> None:
    said = [tool_calls(("add", {})), tool_calls(("add", {})), "Done."]
    await agent("helper", Tool(name="add", handler=lambda: 1), said=said)(prompt="go").collect()
    assert [len(call.input["messages"]) for call in trace.llms] == [1, 3, 5]


async def test_sets_come_out_in_an_order_of_their_own(trace: Trace) -> None:
    await Tool(name="tags", handler=lambda: {"tags": {"pear", "apple", "fig"}})().collect()
    assert trace.one("tags").output == {"tags": ["apple", "fig", "pear"]}


async def test_what_the_program_said_about_a_call_is_metadata(trace: Trace) -> None:
    def load() -> None:
        span = get_run_context().current_span()
        span.rows = 7
        span.metadata["note"] = "cached"

    await Tool(handler=load, metadata={"team": "data", "tags": ["slow", "nightly"]})().collect()
    span = trace.one("load")
    assert span.metadata == {"team": "data", "tags": ["slow", "nightly"], "note": "cached", "rows": 7}
    assert span.tags == ("slow", "nightly")


async def test_a_running_call_shows_what_went_in(trace: Trace) -> None:
    seen: list[Any] = []

    def peek(x: int) -> None:
        seen.append((trace.one("peek").status, trace.one("peek").input))

    await Tool(handler=peek)(x=1).collect()
    assert seen == [("running", {"x": 1})]


async def test_code_between_two_events_does_not_stand_inside_the_run(trace: Trace) -> None:
    other = Tool(name="other", handler=lambda: 1)
    async for event in agent("helper", said=["Done."])(prompt="go"):
        if event.type == "START" and event.path == "helper.llm":
            await asyncio.create_task(_collect(other))
    assert trace.one("other").parent is None


async def _collect(tool: Tool) -> None:
    await tool().collect()
