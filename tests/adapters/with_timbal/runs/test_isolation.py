"""What a test must not inherit from another one, and what a run must not be able to do to a test."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from timbal import Agent, Tool, Workflow
from timbal.core.test_model import TestModel
from timbal.state import get_run_context
from timbal.state.background import post_session_event, store_for_run

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.errors import RunawayTrace
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import agent_trace, span
from pytest_traces.testing import switched_on
from pytest_traces.trace.record import record
from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import settled, tool_calls


def helper(*tools: Any, said: list[Any] | None = None, **options: Any) -> Agent:
    return Agent(name="helper", tools=list(tools), model=TestModel(responses=said or ["Done."]), **options)


@pytest.mark.parametrize("test", ["first", "second"])
def test_a_session_of_the_test_before_is_over(trace: Trace, test: str) -> None:
    assert store_for_run("run-1") is None
    post_session_event("run-1", "It rains.", create=True)


@pytest.fixture
async def warm() -> str:
    """Run an agent before the test records: the task's context then holds a finished run."""
    await helper()(prompt="warm up").collect()
    return str(get_run_context().id)


async def test_a_run_does_not_continue_one_that_a_fixture_finished(warm: str) -> None:
    with record() as trace:  # the fixture `trace` would have recorded the other fixture too
        output = await helper()(prompt="go").collect()
    assert len(trace.one("llm").input["messages"]) == 1
    assert output.run_id != warm
    assert len(trace.runs) == 1


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.parametrize("test", ["first", "second"])
def test_sync_tests_that_share_a_runner_do_not_continue_one_another(
    runner: asyncio.Runner, trace: Trace, test: str
) -> None:
    runner.run(helper()(prompt=test).collect())
    assert [message["role"] for message in trace.one("llm").input["messages"]] == ["user"]


@pytest.mark.parametrize("test", ["first", "second"])
async def test_background_tasks_of_another_test_are_forgotten(trace: Trace, test: str) -> None:
    async def build() -> None:
        await asyncio.sleep(30)

    tool = Tool(handler=build, background_mode="always")
    await helper(tool, said=[tool_calls(("build", {})), "Started."])(prompt="go").collect()
    store = store_for_run(trace.runs[0].run_id)
    assert store is not None
    assert [task["name"] for task in store.list()] == ["build"]


async def test_work_in_the_background_of_a_finished_run_stays_in_that_run(trace: Trace) -> None:
    step = Tool(name="step", handler=lambda: 1)
    step.nest("helper.build")

    async def build() -> Any:
        await asyncio.sleep(0.01)
        with recording(Recorder("another test")):
            return (await step().collect()).run_id

    tool = Tool(handler=build, background_mode="always")
    output = await helper(tool, said=[tool_calls(("build", {})), "Started."])(prompt="go").collect()
    await settled(trace)
    assert trace.one("build").output == output.run_id


async def test_a_test_never_uploads_its_traces(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    from timbal.state.config_loader import resolve_platform_config

    for name, value in {"APP_ID": "1", "ORG_ID": "1", "API_HOST": "models.invalid", "API_KEY": "none"}.items():
        monkeypatch.setenv(f"TIMBAL_{name}", value)
    resolve_platform_config(force_refresh=True)
    try:
        output = await Tool(name="add", handler=lambda: 3)().collect()
    finally:
        monkeypatch.undo()
        resolve_platform_config(force_refresh=True)
    assert output.usage == {"add:requests": 1}
    assert get_run_context()._tracing_provider.__name__ == "InMemoryTracingProvider"
    assert trace.one("add").output == 3


async def test_our_own_spans_and_timbals_stand_in_one_tree(trace: Trace) -> None:
    def look_up(city: str) -> str:
        with span(span_type="retrieval", name="index"):
            return city

    said = [tool_calls(("look_up", {"city": "Paris"})), "Done."]
    with agent_trace(agent_name="session"):
        await helper(look_up, said=said)(prompt="go").collect()
    assert str(trace).splitlines() == [
        "agent session",
        "└─ agent helper",
        "   ├─ llm llm",
        "   ├─ tool look_up",
        "   │  └─ retrieval index",
        "   └─ llm llm",
    ]


async def test_our_own_spans_stand_between_a_tool_and_the_run_it_starts(trace: Trace) -> None:
    inner = Tool(name="inner", handler=lambda: 1)

    async def outer() -> None:
        with span(span_type="plan", name="step"):
            await inner().collect()

    await Tool(handler=outer)().collect()
    assert trace.one("inner").parent == trace.one("step")


async def test_our_own_spans_stand_between_calls_of_one_run(trace: Trace) -> None:
    inner = Tool(name="inner", handler=lambda: 1)
    inner.nest("outer")

    async def outer() -> None:
        with span(span_type="plan", name="step"):
            await inner().collect()

    await Tool(handler=outer)().collect()
    assert trace.one("inner").parent == trace.one("step")
    assert trace.one("inner").run_id == trace.one("outer").run_id


async def test_two_recorders_at_once_each_get_their_own_runs(trace: Trace) -> None:
    async def run(name: str) -> Recorder:
        with recording(Recorder(name)) as recorder:
            await Tool(name=name, handler=asyncio.sleep)(delay=0.005).collect()
            return recorder

    recorders = await asyncio.gather(run("a"), run("b"))
    assert [[record.name for record in recorder.records] for recorder in recorders] == [["a"], ["b"]]


@pytest.mark.filterwarnings("ignore:1 span began while this test ran")
async def test_what_a_finished_test_left_running_goes_to_its_late_list_and_not_to_the_next(trace: Trace) -> None:
    tool = Tool(name="later", handler=lambda: 1)

    async def later() -> None:
        await asyncio.sleep(0.01)
        await tool().collect()

    with recording(Recorder("earlier")) as earlier:
        task = asyncio.create_task(later())
    await task
    assert [*earlier.gaps.late] == ["later"]
    assert earlier.records == []
    assert len(trace) == 0


async def test_one_session_inside_another_records_once(trace: Trace) -> None:
    with switched_on(adapter_of("timbal")):
        await helper(Tool(name="add", handler=lambda: 1), said=[tool_calls(("add", {})), "One."])(prompt="go").collect()
    assert trace.spans.names == ["helper", "llm", "add", "llm"]
    assert trace.usage.requests == 2
    assert trace.usage["add:requests"] == 1


def endless(*tools: str) -> Agent:
    def again() -> str:
        return "more"

    def more() -> str:
        return "again"

    model = TestModel(handler=lambda messages: tool_calls(*((tool, {}) for tool in tools)))
    return Agent(name="endless", model=model, tools=[again, more], max_iter=1, on_max_iter="final_answer")


@pytest.mark.parametrize("tools", [("again",), ("again", "more"), ("again", "unknown")])
def test_a_runaway_agent_is_ended(tools: tuple[str, ...]) -> None:
    with recording(Recorder("test", max_spans=50)) as recorder, pytest.raises(RunawayTrace, match="more than 50 spans"):
        asyncio.run(asyncio.wait_for(endless(*tools)(prompt="go").collect(), 20))
    assert recorder.overflow is not None
    assert recorder.records[0].status in ("cancelled", "error")


def test_a_runaway_agent_in_a_workflow_is_ended() -> None:
    flow = Workflow(name="flow").step(endless("again")).step(Tool(name="beside", handler=lambda: 1))
    with recording(Recorder("test", max_spans=50)) as recorder:
        asyncio.run(asyncio.wait_for(flow(prompt="go").collect(), 20))  # Timbal takes it for a failed step
    assert recorder.overflow is not None
    assert len(recorder.records) < 60


def test_a_runaway_stream_is_ended() -> None:
    async def chatter() -> AsyncIterator[int]:
        while True:
            yield 1

    with recording(Recorder("test", max_events=50)), pytest.raises(RunawayTrace, match="more than 50 events"):
        asyncio.run(asyncio.wait_for(Tool(handler=chatter)().collect(), 20))


async def test_calls_whose_agent_began_before_the_recording_are_below_the_span_around_them() -> None:
    stream = helper()(prompt="go")
    await anext(stream)
    with record() as trace, span(span_type="action", name="check"):
        async for _ in stream:
            pass
    assert str(trace) == "action check\n└─ llm llm"
