"""Work that goes on in the background: Timbal's span says success as soon as it is launched."""

import asyncio
from typing import Any

from timbal import Agent, Tool
from timbal.core.test_model import TestModel
from timbal.state import cancel_background_task, get_run_context, list_background_tasks

from pytest_traces.runtime import span as runtime_span
from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import StreamedModel, settled, tool_calls


def helper(tool: Tool, **args: Any) -> Agent:
    said = [tool_calls((tool.name, args)), "Started."]
    return Agent(name="helper", tools=[tool], model=TestModel(responses=said))


async def test_a_background_tool_runs_until_its_task_ends(trace: Trace) -> None:
    ready = asyncio.Event()

    async def build() -> str:
        await ready.wait()
        return "built"

    await helper(Tool(handler=build, background_mode="always"))(prompt="go").collect()
    assert (trace.one("build").status, trace.one("build").output) == ("running", None)
    with runtime_span(span_type="tool", name="release"):
        ready.set()
    await settled(trace)
    span = trace.one("build")
    assert (span.status, span.output, span.attributes["background"]) == ("success", "built", "completed")
    assert span.t1 is not None
    assert span.t1 > trace.one("release").t0


async def test_a_failure_in_the_background_reaches_the_span(trace: Trace) -> None:
    async def build() -> str:
        await asyncio.sleep(0)
        raise ValueError("no compiler")

    await helper(Tool(handler=build, background_mode="always"))(prompt="go").collect()
    await settled(trace)
    span = trace.one("build")
    assert (span.status, str(span.error), span.output) == ("error", "ValueError: no compiler", None)


async def test_a_background_task_that_is_cancelled_is_cancelled(trace: Trace) -> None:
    async def build() -> None:
        await asyncio.sleep(30)

    await helper(Tool(handler=build, background_mode="always"))(prompt="go").collect()
    [task] = list_background_tasks()
    cancel_background_task(task["task_id"])
    await settled(trace)
    span = trace.one("build")
    assert (span.status, span.output, span.error) == ("cancelled", None, None)


async def test_a_background_task_that_takes_too_long_is_a_timeout(trace: Trace) -> None:
    async def build() -> None:
        await asyncio.sleep(30)

    tool = Tool(handler=build, background_mode="always", background_timeout=0.01)
    await helper(tool)(prompt="go").collect()
    await settled(trace)
    span = trace.one("build")
    assert (span.status, span.attributes["background"]) == ("timeout", "timed_out")
    assert span.error is not None
    assert span.error.type == "BackgroundTimeout"


async def test_what_runs_in_the_background_stands_below_the_tool_that_launched_it(trace: Trace) -> None:
    step = Tool(name="compile", handler=lambda: 1)

    async def build() -> int:
        return int((await step().collect()).output)

    await helper(Tool(handler=build, background_mode="always"))(prompt="go").collect()
    await settled(trace)
    assert trace.one("compile").parent == trace.one("build")


async def test_a_generator_in_the_background_streams_its_values_once(trace: Trace) -> None:
    async def count() -> Any:
        yield 1
        await asyncio.sleep(0)
        yield 2

    await helper(Tool(handler=count, background_mode="always"))(prompt="go").collect()
    await settled(trace)
    assert trace.one("count").output == [1, 2]
    assert [event.chunk for event in trace.one("count").events if event.type == "chunk"] == [1, 2]


async def test_an_agent_in_the_background_is_told_once(trace: Trace) -> None:
    expert = Agent(name="expert", description="knows", model=StreamedModel("It is 42."), background_mode="always")
    said = [tool_calls(("expert", {"prompt": "what?"})), "Started."]
    await Agent(name="helper", tools=[expert], model=TestModel(responses=said))(prompt="go").collect()
    await settled(trace)
    assert trace.one("expert").output["text"] == "It is 42."
    assert [event.chunk for event in trace.events if event.type == "chunk"] == ["It", " is", " 42."]


async def test_the_order_of_a_background_tool_is_that_of_its_launch(trace: Trace) -> None:
    async def build() -> None:
        await asyncio.sleep(0.02)

    said = [tool_calls(("build", {}), ("look", {})), "Started."]
    tools = [Tool(handler=build, background_mode="always"), Tool(name="look", handler=lambda: 1)]
    await Agent(name="helper", tools=tools, model=TestModel(responses=said))(prompt="go").collect()
    await settled(trace)
    assert str(trace).splitlines() == ["agent helper", "├─ llm llm", "├─ ∥ tool build", "├─ ∥ tool look", "└─ llm llm"]


async def test_a_tool_that_tells_about_a_task_is_not_taken_for_it(trace: Trace) -> None:
    async def build() -> None:
        await asyncio.sleep(30)

    def look() -> dict[str, Any]:
        [task] = get_run_context()._bg_store.list()
        return {"task_id": task["task_id"], "status": task["status"]}

    said = [tool_calls(("build", {})), tool_calls(("look", {})), "Started."]
    tools = [Tool(handler=build, background_mode="always"), look]
    await Agent(name="helper", tools=tools, model=TestModel(responses=said))(prompt="go").collect()
    assert (trace.one("look").status, trace.one("look").output["status"]) == ("success", "running")
    assert trace.one("build").status == "running"


async def test_a_tool_handed_over_to_the_background_ends_when_it_ends(trace: Trace) -> None:
    ready = asyncio.Event()

    async def count() -> Any:
        yield 0
        await ready.wait()
        yield 1
        yield 2

    stream = helper(Tool(handler=count, background_mode="auto"))(prompt="go")
    async for event in stream:
        if event.type == "START" and event.path == "helper.count":
            stream.background(event.call_id)
    assert trace.one("helper").status == "success"
    assert trace.one("count").status == "running"
    ready.set()
    await settled(trace)
    assert (trace.one("count").status, trace.one("count").output) == ("success", [0, 1, 2])
    assert [event.chunk for event in trace.one("count").events if event.type == "chunk"] == [0, 1, 2]
