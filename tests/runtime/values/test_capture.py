"""Capture changes nothing: it looks at types, and runs no code of the program."""

import asyncio
import sys
from unittest.mock import AsyncMock, MagicMock, Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_traces.runtime import span, trace_tool
from pytest_traces.runtime.values.plain import plain
from tests.runtime.values import hostile


@pytest.fixture(autouse=True)
def noticed():
    hostile.NOTICED.clear()
    return hostile.NOTICED


@pytest.mark.parametrize("one", hostile.leaves(), ids=lambda one: type.__dict__["__name__"].__get__(type(one)))
def test_capture_does_nothing_that_an_object_can_notice(noticed, one):
    held = hostile.containers_of(one)
    noticed.clear()
    for value in (one, *held):
        plain(value)
    assert noticed == []


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_value_of_a_program_notices_that_it_was_captured(data):
    value = data.draw(st.sampled_from(hostile.leaves()))
    for _ in range(data.draw(st.integers(0, 4))):
        value = data.draw(st.sampled_from(hostile.containers_of(value)))
    hostile.NOTICED.clear()
    plain(value)
    assert hostile.NOTICED == []


@pytest.mark.parametrize("mock", [Mock(name="db"), MagicMock(), AsyncMock(), Mock(spec=["ask"])])
def test_a_mock_shows_no_call_that_never_happened(mock):
    plain({"db": mock, "rows": [mock]})
    assert (mock.mock_calls, mock.method_calls) == ([], [])


async def test_a_program_under_trace_does_what_it_does_without(trace):
    def program(decorate):
        db, log = MagicMock(), []

        @decorate
        def look_up(connection, city):
            log.append(connection.find(city))
            return connection

        @decorate
        def cities(connection):
            yield from connection.cities()

        db.cities.return_value = ["Paris", "Rome"]
        look_up(db, "Paris")
        list(cities(db))
        return [str(call) for call in db.mock_calls]

    assert program(trace_tool) == program(lambda function: function)


def test_a_watchdog_may_strike_while_a_value_is_captured(trace):
    class Stopped(BaseException):
        pass

    class Slow(Exception):
        def __str__(self):
            raise Stopped

    with pytest.raises(Stopped):
        plain(Slow())
    with pytest.raises(Stopped), span(span_type="tool", name="step"):
        raise Slow


class Overdue(Exception):
    """What a watchdog of a program raises in whatever runs."""


def struck(moment, work):
    """Run a piece of work and raise in the middle of it, at a call; returns whether it was over before."""
    moments = iter(range(moment))

    def strike(frame, event, arg):
        if event == "call" and frame.f_code.co_name != "<genexpr>" and next(moments, None) is None:
            raise Overdue

    sys.setprofile(strike)
    try:
        work()
    except Overdue:
        return False
    finally:
        sys.setprofile(None)
    return True


def test_a_timeout_passes_wherever_it_strikes_a_capture():
    value = {"by": [ValueError({1}), {"x"}, hostile.Data("Paris")], "long": "é" * 2_000}
    over = [struck(moment, lambda: plain(value)) for moment in range(300)]
    assert over.index(True) > 30
    assert all(over[over.index(True) :])


async def test_a_cancellation_passes(trace):
    @trace_tool
    async def waits():
        await asyncio.sleep(60)

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
