"""Plain functions that give what is awaited later: the span ends with what they started, not with them."""

import asyncio
import functools
import inspect

import pytest

from pytest_traces.errors import Mismatch
from pytest_traces.runtime import agent_trace, span, trace_tool
from pytest_traces.runtime import trace as traced


async def look_up(city):
    await asyncio.sleep(0.02)
    with span(span_type="tool", name="inner"):
        await asyncio.sleep(0)
    if city == "Atlantis":
        raise ValueError("no such city")
    return f"sunny in {city}"


def as_a_task(city):
    return asyncio.get_running_loop().create_task(look_up(city))


class Callable:
    async def __call__(self, city):
        return await look_up(city)


class Answer:
    unit = "C"

    def __init__(self, city):
        self.city = city

    def __await__(self):
        return look_up(self.city).__await__()


SHAPES = {
    "coroutine": lambda city: look_up(city),
    "task": as_a_task,
    "object": Callable(),
    "awaitable": lambda city: Answer(city),
    "partial": functools.partial(look_up),
}
DECORATORS = {
    "trace": traced(name="weather", type="tool"),
    "trace_tool": trace_tool(name="weather"),
    "retries": trace_tool(name="weather", max_retries=1, backoff=0),
}
every_shape = pytest.mark.parametrize("shape", SHAPES)
every_decorator = pytest.mark.parametrize("decorator", DECORATORS)


@every_shape
@every_decorator
async def test_output_and_duration_are_those_of_what_was_awaited(trace, shape, decorator):
    weather = DECORATORS[decorator](SHAPES[shape])
    assert await weather("Paris") == "sunny in Paris"
    call = trace.one("weather")
    assert (call.status, call.output) == ("success", "sunny in Paris")
    assert call.elapsed >= 19
    assert trace.one("inner").parent == call


@every_shape
@every_decorator
async def test_an_error_is_that_of_what_was_awaited(trace, shape, decorator):
    weather = DECORATORS[decorator](SHAPES[shape])
    with pytest.raises(ValueError, match="no such city"):
        await weather("Atlantis")
    attempts = 2 if decorator == "retries" else 1
    assert [str(call.error) for call in trace.find("weather")] == ["ValueError: no such city"] * attempts
    with pytest.raises(Mismatch, match=r"^expected no errors, 'weather'"):
        trace.assert_no_errors()


@every_shape
@every_decorator
async def test_calls_that_are_gathered_run_side_by_side(trace, shape, decorator):
    weather = DECORATORS[decorator](SHAPES[shape])
    with agent_trace(agent_name="agent"):
        await asyncio.gather(weather("Paris"), weather("Rome"))
        await weather("Oslo")
    assert trace.span_tree(include=["output"]).splitlines() == [
        "agent agent",
        '├─ ∥ tool weather {"city": "Paris"} → "sunny in Paris"',
        "│  └─ tool inner",
        '├─ ∥ tool weather {"city": "Rome"} → "sunny in Rome"',
        "│  └─ tool inner",
        '└─ tool weather {"city": "Oslo"} → "sunny in Oslo"',
        "   └─ tool inner",
    ]


async def test_a_task_stays_the_task_it_is(trace):
    task = as_a_task("Paris")
    weather = trace_tool(lambda city: task)
    assert weather("Paris") is task
    assert trace.one().status == "running"
    await task
    assert weather("Paris") is task
    assert [call.output for call in trace.find("<lambda>")] == ["sunny in Paris"] * 2


async def test_a_task_that_is_cancelled_is_a_cancelled_call(trace):
    task = trace_tool(as_a_task)("Paris")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert trace.one("as_a_task").status == "cancelled"


async def test_a_task_that_is_tried_again_is_a_task(trace):
    attempts = []

    async def flaky():
        attempts.append(1)
        if len(attempts) < 3:
            raise TimeoutError("no")
        return "ok"

    @trace_tool(max_retries=2, backoff=0)
    def weather():
        return asyncio.get_running_loop().create_task(flaky())

    task = weather()
    assert isinstance(task, asyncio.Task)
    assert await task == "ok"
    assert [call.status for call in trace.find("weather")] == ["error", "error", "success"]
    assert trace.retries[0].recovered


async def test_an_awaitable_keeps_what_else_it_can_do(trace):
    answer = trace_tool(lambda city: Answer(city))("Paris")
    assert answer.unit == "C"
    assert await answer == "sunny in Paris"


async def test_an_awaitable_that_can_be_entered_is_a_value(trace):
    class Request(Answer):
        async def __aenter__(self):
            return "entered"

        async def __aexit__(self, *error):
            pass

    async with trace_tool(lambda city: Request(city))("Paris") as entered:
        assert entered == "entered"


def test_a_call_that_is_never_awaited_never_ends(trace):
    pending = trace_tool(SHAPES["awaitable"])("Paris")
    assert trace.one("<lambda>").status == "running"
    with pytest.raises(Mismatch, match=r"^expected every span to have ended, '<lambda>' still runs"):
        trace.assert_closed()
    assert pending.unit == "C"


async def test_the_output_can_be_kept_to_itself(trace):
    await trace_tool(name="weather", capture_output=False)(as_a_task)("Paris")
    assert trace.one("weather").output is None


def test_an_object_with_an_async_call_is_a_coroutine_function():
    assert inspect.iscoroutinefunction(trace_tool(Callable()))
    assert inspect.iscoroutinefunction(traced(Callable()))
