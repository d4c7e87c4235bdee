"""What happens in place of a call, and of which one."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

import pytest_traces
from pytest_traces.runtime import agent_trace, span, trace_tool
from tests.acting.programs import ask, geocode, look_up, search


def drawn(trace):
    return str(trace).splitlines()


def test_a_tool_fails_once_and_the_program_recovers(trace):
    trace.on("get_weather").raises(TimeoutError("upstream timed out"))
    assert ask() == {"temp": 21}
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("get_weather", 2, True)
    assert drawn(trace) == [
        "agent weather",
        "├─ tool geocode",
        "├─ tool get_weather ✗ TimeoutError: upstream timed out   ⚡ raises",
        "├─ retry retry_guard",
        "└─ tool get_weather",
    ]


def test_a_class_of_exceptions_is_raised_as_one_for_each_call(trace):
    trace.on("geocode").raises(ValueError, times=2)
    errors = []
    for _ in range(2):
        with pytest.raises(ValueError) as raised:  # noqa: PT011
            geocode("Paris")
        errors.append(raised.value)
    assert errors[0] is not errors[1]


def test_an_exception_keeps_its_message_each_time(trace):
    trace.on("geocode").raises(OSError(5, "broken"), times=2)
    for _ in range(2):
        with pytest.raises(OSError, match=r"\[Errno 5\] broken"):
            geocode("Paris")


def test_an_exception_that_its_class_makes_otherwise_is_passed_on_as_it_is(trace):
    class Refused(Exception):
        def __init__(self, code):
            super().__init__(f"code {code}")

    trace.on("geocode").raises(Refused(5), times=2)
    for _ in range(2):
        with pytest.raises(Refused, match=r"^code 5$"):
            geocode("Paris")


def test_a_tool_gives_a_value_and_never_runs(trace):
    trace.on("geocode").returns({"lat": 0.0, "lon": 0.0})
    ask()
    assert trace.one("geocode").output == {"lat": 0.0, "lon": 0.0}
    assert trace.one("get_weather").input == {"lat": 0.0, "lon": 0.0}
    assert (trace.one("geocode").acted, trace.one("get_weather").acted) == ("returns", None)


def test_a_value_is_each_call_s_own(trace):
    trace.on("geocode").returns({"hits": []}, times=2)
    geocode("Paris")["hits"].append(1)
    assert geocode("Rome") == {"hits": []}


def test_a_value_is_computed_from_the_call(trace):
    trace.on("geo*").returns(lambda call: {"name": call.name, "letters": len(call.input["city"])})
    assert geocode("Paris") == {"name": "geocode", "letters": 5}


async def test_a_value_may_be_computed_by_an_async_function(trace):
    async def hits(call):
        await asyncio.sleep(0)
        return [call.input["q"].upper()]

    trace.on("search").returns(hits)
    assert await search("paris") == ["PARIS"]


async def test_an_async_tool_fails_in_its_own_task(trace):
    trace.on("search", input={"q": "rome"}).raises(TimeoutError("late"))
    paris, rome = await look_up("paris", "rome")
    assert (paris, repr(rome)) == (["paris"], "TimeoutError('late')")


def test_a_tool_begins_later_and_then_runs(trace, waits):
    trace.on("geocode").delays(seconds=30)
    assert geocode("Paris") == {"lat": 48.85, "lon": 2.35}
    assert waits == [30]
    assert trace.one("geocode").acted == "delays"


async def test_the_timeout_of_the_program_ends_an_async_tool_that_is_delayed(trace):
    trace.on("search").delays(seconds=3600)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(search("paris"), timeout=0.01)
    assert trace.one("search").status == "cancelled"


def test_acts_are_asked_in_the_order_in_which_they_were_made_and_consumed(trace):
    trace.on("geocode").returns(1)
    trace.on("geo*").returns(2)
    trace.on("geocode").after(3).returns(4)
    assert [geocode("x") for _ in range(5)] == [1, 2, {"lat": 48.85, "lon": 2.35}, 4, {"lat": 48.85, "lon": 2.35}]


def test_every_call_is_taken(trace):
    trace.on("geocode").returns(0, times=...)
    assert [geocode("x") for _ in range(4)] == [0, 0, 0, 0]


def test_every_call_but_the_first(trace):
    trace.on("geocode").after(1).returns(0, times=...)
    assert [geocode("x") == 0 for _ in range(3)] == [False, True, True]


@pytest.mark.parametrize(
    ("name", "conditions", "taken"),
    [
        ("geocode", {}, [True, True]),
        ("geocode", {"input": {"city": "Rome"}}, [False, True]),
        ("geocode", {"under": "north"}, [True, False]),
        ("geocode", {"under": "agent south"}, [False, True]),
        ("geocode", {"path": "south.geocode"}, [False, True]),
        ("geocode", {"type": "tool", "source": "runtime"}, [True, True]),
    ],
)
def test_calls_are_picked_by_what_is_known_before_they_run(trace, name, conditions, taken):
    trace.on(name, **conditions).returns(None, times=...)
    for agent, city in (("north", "Oslo"), ("south", "Rome")):
        with agent_trace(agent_name=agent):
            geocode(city)
    assert [call.acted is not None for call in trace.tools] == taken


@trace_tool
def tokens():
    yield "a"
    yield "b"


@trace_tool
async def later_tokens():
    yield "a"
    yield "b"


def test_a_generator_yields_what_the_test_gives(trace):
    trace.on("tokens").returns(["x", "y", "z"])
    assert list(tokens()) == ["x", "y", "z"]
    assert trace.one("tokens").output == "xyz"


def test_a_generator_fails_at_its_first_piece(trace):
    trace.on("tokens").raises(TimeoutError("late"))
    stream = tokens()
    with pytest.raises(TimeoutError):
        next(stream)


async def test_an_async_generator_yields_what_the_test_gives(trace):
    trace.on("later_tokens").returns(["x", "y"])
    assert [piece async for piece in later_tokens()] == ["x", "y"]


def test_threads_share_the_acts_of_their_test(trace):
    trace.on("geocode").returns(0, times=8)
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(geocode, ["x"] * 8))
    assert given == [0] * 8


def test_a_recording_has_acts_of_its_own(trace):
    trace.on("geocode").returns("outer")
    with pytest_traces.record() as inner:
        inner.on("geocode").returns("inner")
        assert geocode("Paris") == "inner"
        assert geocode("Paris") == {"lat": 48.85, "lon": 2.35}
    assert geocode("Paris") == "outer"


def test_a_block_fails_before_its_first_line(trace):
    trace.on("load", type="retrieval").raises(TimeoutError("late"))
    with pytest.raises(TimeoutError), span(span_type="retrieval", name="load"):
        pytest.fail("the block ran")
    with span(span_type="retrieval", name="load"):
        pass
    assert drawn(trace) == ["retrieval load ✗ TimeoutError: late   ⚡ raises", "retrieval load"]


async def test_an_async_block_begins_later_and_lets_other_tasks_run(trace):
    trace.on("load").delays(seconds=3600)

    async def load():
        async with span(span_type="retrieval", name="load"):
            pytest.fail("the block ran")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(load(), timeout=0.01)
    assert trace.one("load").status == "cancelled"


def test_a_block_that_is_delayed_runs(trace, monkeypatch):
    waits = []
    monkeypatch.setattr("pytest_traces.runtime.tracing.handle.sleep", waits.append)
    trace.on("load").delays(seconds=30)
    with span(span_type="retrieval", name="load"):
        assert waits == [30]
