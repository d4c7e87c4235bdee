"""Runs as streams of events: what happens to them when something goes wrong."""

import asyncio
import threading

import pytest

from pytest_traces.runtime import span, trace_tool
from pytest_traces.runtime import trace as traced


@traced
async def slow():
    with span(span_type="tool", name="step"):
        await asyncio.sleep(60)


@traced
def fails():
    raise ValueError("boom")


async def test_leaving_a_stream_cancels_the_run(trace):
    events = aiter(slow.stream())
    async for event in events:
        if event.path == "slow.step":
            break
    await events.aclose()
    assert [one.status for one in trace.spans] == ["cancelled", "cancelled"]


def test_leaving_a_sync_stream_waits_for_the_run(trace):
    @traced
    def agent():
        with span(span_type="tool", name="step"):
            pass

    for _ in agent.stream():
        break
    assert trace.find(status="success").names == ["agent", "step"]
    assert threading.active_count() == len(threading.enumerate())


def test_a_sync_streams_error_arrives_in_the_output_event(trace):
    last = list(fails.stream())[-1]
    assert (last.type, last.payload["status"], last.payload["error"]["message"]) == ("output", "error", "boom")


def test_a_call_that_never_became_a_run_raises(trace):
    @traced
    def pieces():
        yield 1

    with pytest.raises(TypeError, match="unexpected keyword argument 'city'"):
        list(pieces.stream(city="Paris"))


def test_an_interrupt_is_not_swallowed(trace):
    @traced
    def agent():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(agent.stream())


async def test_a_stream_works_without_a_recorder():
    @traced
    async def agent():
        yield "a"
        yield "b"

    events = [event async for event in agent.stream() if event.type in ("chunk", "output")]
    assert [event.chunk for event in events] == ["a", "b", None]
    assert events[-1].payload["output"] == "ab"


async def test_events_from_threads_reach_the_stream(trace):
    @trace_tool
    def lookup():
        return 1

    @traced
    async def agent():
        return await asyncio.to_thread(lookup)

    paths = [event.path async for event in agent.stream() if event.type == "output"]
    assert paths == ["agent.lookup", "agent"]


async def test_a_stream_inside_a_run_is_a_part_of_it(trace):
    @traced
    async def inner():
        return 1

    @traced
    async def outer():
        return [event.path async for event in inner.stream() if event.type == "output"]

    assert await outer() == ["outer.inner"]
    assert trace.one("inner").parent is trace.one("outer")
    with span(span_type="tool", name="afterwards"):
        pass
    assert trace.one("afterwards").parent is None


async def test_usage_in_output_events_includes_what_is_below(trace):
    @traced
    async def agent():
        with span(span_type="llm", name="chat", model_id="gpt-4o") as llm:
            llm.set_token_usage(input_tokens=3)

    usage = {event.path: event.payload["usage"] async for event in agent.stream() if event.type == "output"}
    counted = {"gpt-4o:input_tokens": 3, "gpt-4o:requests": 1}
    assert usage == {"agent.chat": counted, "agent": counted}


async def test_two_streams_at_once_hear_each_their_own(trace):
    @traced
    async def agent(n):
        with span(span_type="tool", name=f"step {n}"):
            await asyncio.sleep(0)

    async def paths(n):
        return [event.path async for event in agent.stream(n) if event.type == "start"]

    assert await asyncio.gather(paths(1), paths(2)) == [["agent", "agent.step 1"], ["agent", "agent.step 2"]]
