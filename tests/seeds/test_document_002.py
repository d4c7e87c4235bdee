"""Document 002: events, traces and streaming. One test for each statement."""

import asyncio

import pytest

from pytest_traces.runtime import JsonlTracingProvider, get_run_context, install, span, trace_tool
from pytest_traces.runtime import trace as traced
from pytest_traces.trace.trace import Trace


@trace_tool
async def greeting(name):
    return f"Hello, {name}!"


@traced
async def greet(name):
    get_run_context().update_usage("tokens", 150)
    return await greeting(name)


def quiet(events):
    """Leave the stages of document 003 out."""
    return [event for event in events if event.type != "stage"]


async def test_every_execution_gives_a_sequence_of_events_in_real_time(trace):
    gate = asyncio.Event()

    @traced
    async def agent():
        yield "Processing item 1..."
        await gate.wait()

    seen = []
    async for event in agent.stream():
        seen.append(event.type)
        if event.type == "chunk":
            gate.set()  # it waits for us: the event came before its end
    assert seen[-1] == "output"


async def test_the_same_events_can_be_looked_at_later(trace):
    live = [(event.type, event.call_id) async for event in greet.stream(name="Alice")]
    assert [(event.type, event.call_id) for event in trace.events] == live


async def test_a_start_event_names_its_run_path_and_calls(trace):
    start_event = [event async for event in greet.stream(name="Alice") if event.type == "start"][1]
    tool, root = trace.one("greeting"), trace.one("greet")
    assert start_event.run_id == root.run_id
    assert start_event.path == "greet.greeting"
    assert start_event.call_id == tool.call_id
    assert start_event.parent_call_id == root.call_id


async def test_the_parent_run_is_the_run_of_the_parent_call(trace):
    @traced
    async def outer():
        return await greet("Alice")

    starts = [event async for event in outer.stream() if event.type == "start"]
    inner = next(event for event in starts if event.path == "outer.greet")
    assert trace[inner.parent_call_id].run_id == starts[0].run_id != inner.run_id
    assert [run.started_by for run in trace.runs] == [None, starts[0].call_id]


async def test_chunk_events_come_from_generators_and_async_generators(trace):
    @trace_tool
    def numbers():
        yield 1
        yield 2

    @traced
    async def agent():
        for number in numbers():
            yield str(number)

    chunks = [(event.path, event.chunk) async for event in agent.stream() if event.type == "chunk"]
    assert chunks == [("agent.numbers", 1), ("agent", "1"), ("agent.numbers", 2), ("agent", "2")]


async def test_an_output_event_carries_the_result_and_its_metadata(trace):
    output_event = [event async for event in greet.stream(name="Alice")][-1]
    root = trace.one("greet")
    assert output_event.payload == {
        "input": {"name": "Alice"},
        "output": "Hello, Alice!",
        "error": None,
        "status": "success",
        "t0": root.t0,
        "t1": root.t1,
        "usage": {"tokens": 150},
    }


async def test_every_execution_gives_at_least_two_events(trace):
    with span(span_type="tool", name="anything"):
        pass
    assert [event.type for event in trace.events] == ["start", "output"]


async def test_nested_events_reach_the_parent_that_initiated_them(trace):
    @traced
    async def outer():
        await greet("Alice")

    events = quiet([event async for event in outer.stream()])
    assert [(event.type, event.path) for event in events] == [
        ("start", "outer"),
        ("start", "outer.greet"),
        ("start", "outer.greet.greeting"),
        ("output", "outer.greet.greeting"),
        ("output", "outer.greet"),
        ("output", "outer"),
    ]


async def test_events_of_others_do_not_reach_a_stream(trace):
    async def paths():
        return {event.path.split(".")[0] async for event in greet.stream(name="Alice")}

    @traced
    async def other():
        await asyncio.sleep(0)
        await greeting("Bob")

    mine, _ = await asyncio.gather(paths(), other())
    assert mine == {"greet"}


async def test_the_async_for_sample_runs(trace):
    kwargs = {"name": "Alice"}
    shown = []
    async for event in greet.stream(**kwargs):
        shown.append(repr(event))
    assert shown == [repr(event) for event in trace.events]


def test_a_sync_function_streams_with_a_plain_for(trace):
    @traced
    def agent(name):
        with span(span_type="tool", name="step"):
            return name

    assert [event.path for event in quiet(agent.stream(name="x"))] == ["agent", "agent.step", "agent.step", "agent"]


async def test_collect_gives_what_iterating_would(trace):
    # Instead of manually iterating through events
    async for event in greet.stream(name="Alice"):
        if event.type == "output" and event.path == "greet":
            result = event.payload["output"]
            break

    # You can simply use collect()
    assert await greet.stream(name="Alice").collect() == result == "Hello, Alice!"


async def test_collect_gives_the_whole_of_a_generator(trace):
    @traced
    async def agent():
        yield "Hello, "
        yield "Alice!"

    assert await agent.stream().collect() == "Hello, Alice!"


def test_collect_works_without_async(trace):
    @traced
    def agent():
        return 42

    assert agent.stream().collect() == 42


async def test_errors_arrive_in_the_output_event_with_message_and_traceback(trace):
    @traced
    async def agent():
        raise ValueError("no such city")

    errors = [event.payload["error"] async for event in agent.stream() if event.type == "output"]
    [error] = errors
    assert (error["type"], error["message"]) == ("ValueError", "no such city")
    assert 'raise ValueError("no such city")' in error["traceback"]


async def test_collect_raises_what_the_run_raised(trace):
    @traced
    async def agent():
        raise ValueError("no such city")

    with pytest.raises(ValueError, match="no such city"):
        await agent.stream().collect()


async def test_a_trace_holds_input_output_timing_error_and_usage(trace):
    await greet("Alice")
    root = trace.one("greet")
    assert (root.input, root.output, root.error, root.status) == ({"name": "Alice"}, "Hello, Alice!", None, "success")
    assert root.elapsed == root.t1 - root.t0
    assert root.usage.flat() == {"tokens": 150}


async def test_output_events_and_traces_have_the_same_data(trace):
    last = [event async for event in greet.stream(name="Alice")][-1]
    root = trace[last.call_id]
    held = {"input": root.input, "output": root.output, "status": root.status, "t0": root.t0, "t1": root.t1}
    assert {key: last.payload[key] for key in held} == held


async def test_traces_persist(tmp_path):
    with install(JsonlTracingProvider(tmp_path / "runs.jsonl")):
        await greet("Alice")
        await greet("Bob")
    kept = Trace.load(tmp_path / "runs.jsonl")
    assert kept.spans.names == ["greet", "greeting", "greet", "greeting"]
    assert [root.output for root in kept.roots] == ["Hello, Alice!", "Hello, Bob!"]
    assert kept.usage["tokens"] == 300
