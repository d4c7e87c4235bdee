"""A sweep fails each call once, and tells which."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from textwrap import dedent

import pytest

import pytest_traces
from pytest_traces.runtime import agent_trace, trace_tool
from tests.acting.programs import ask, look_up


@trace_tool
def reserve(item: str) -> str:
    return item


@trace_tool
def charge_card(amount: int) -> int:
    return amount


@trace_tool
def send_receipt(amount: int) -> None:
    pass


def buy(*, again: bool = False) -> None:
    with agent_trace(agent_name="shop"):
        reserve("book")
        try:
            send_receipt(charge_card(5))
        except TimeoutError:
            if again:
                send_receipt(charge_card(5))


def outages_of(sweep):
    return [(str(trace).splitlines()[1:], repr(trace.raised)) for trace in sweep]


def test_each_call_fails_in_a_run_of_its_own(trace):
    sweep = trace.sweep(buy, type="tool", raises=TimeoutError("late"))
    assert outages_of(sweep) == [
        (["└─ tool reserve ✗ TimeoutError: late   ⚡ raises"], "TimeoutError('late')"),
        (["├─ tool reserve", "└─ tool charge_card ✗ TimeoutError: late   ⚡ raises"], "None"),
        (
            ["├─ tool reserve", "├─ tool charge_card", "└─ tool send_receipt ✗ TimeoutError: late   ⚡ raises"],
            "None",
        ),
    ]


def test_no_single_failure_charges_the_card_twice(trace):
    for outage in trace.sweep(buy, type="tool", raises=TimeoutError()):
        assert outage.find("charge_card", status="success").count <= 1


def test_the_message_names_the_call_that_failed_and_draws_that_run(trace):
    with pytest.raises(pytest_traces.Mismatch) as failed:  # noqa: PT012
        for outage in trace.sweep(lambda: buy(again=True), type="tool", raises=TimeoutError("late")):
            outage.assert_never("send_receipt", status="error")
    assert str(failed.value) == dedent("""\
        expected no span 'send_receipt' with status 'error', found 1

        outage 3 of 3: tool send_receipt {"amount": 5} raises(TimeoutError('late'))

        agent shop
        ├─ tool reserve
        ├─ tool charge_card
        ├─ tool send_receipt ✗ TimeoutError: late   ⚡ raises   ← must not run
        ├─ tool charge_card
        └─ tool send_receipt""")


def test_equal_calls_fail_one_after_the_other(trace):
    def program() -> None:
        for _ in range(2):
            with suppress(TimeoutError):
                reserve("book")

    failed = [
        [span.acted is not None for span in outage.tools]
        for outage in trace.sweep(program, "reserve", raises=TimeoutError)
    ]
    assert failed == [[True, False], [False, True]]


async def test_async_programs_are_swept_side_by_side_calls_included(trace):
    failed = []
    async for outage in trace.sweep(lambda: look_up("paris", "rome"), "search", raises=TimeoutError()):
        [call] = outage.find("search", status="error")
        failed.append(call.input["q"])
    assert failed == ["paris", "rome"]


def test_an_async_program_needs_async_for(trace):
    with pytest.raises(pytest_traces.TracesError) as refused:
        list(trace.sweep(lambda: look_up("paris"), "search", raises=TimeoutError()))
    assert str(refused.value) == "the program of this sweep is async: write `async for outage in trace.sweep(...)`"


def test_a_sweep_without_a_call_to_fail_is_no_success(trace):
    with pytest.raises(pytest_traces.SpanNotFound) as failed:
        list(trace.sweep(ask, "pay", raises=TimeoutError()))
    assert str(failed.value).splitlines()[0] == "expected at least 1 span 'pay', found 0"


def test_the_run_in_which_no_call_fails_is_there_to_compare_with(trace):
    sweep = trace.sweep(buy, "send_receipt", raises=TimeoutError())
    with pytest.raises(pytest_traces.TracesError, match="it is there when the sweep has begun"):
        _ = sweep.well
    [outage] = sweep
    assert outage.tools.names == sweep.well.tools.names
    with pytest.raises(pytest_traces.SpanNotFound) as failed:
        sweep.well.one("send_receipt", status="error")
    assert str(failed.value) == dedent("""\
        expected 1 span 'send_receipt' with status 'error', found 0: called once, with another status

        the run of a sweep in which no call fails

        agent shop
        ├─ tool reserve
        ├─ tool charge_card
        └─ tool send_receipt   ← its status is 'success'""")


@pytest.mark.parametrize("at_most", [0, -1, 1.5, True])
def test_a_cap_that_is_no_number_of_runs_is_refused(trace, at_most):
    with pytest.raises(pytest_traces.TracesError, match="at_most is a whole number from 1, got"):
        trace.sweep(buy, type="tool", raises=TimeoutError(), at_most=at_most)


def test_a_program_that_is_not_well_is_not_swept(trace):
    def program() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(trace.sweep(program, type="tool", raises=TimeoutError()))


def test_a_cap_says_what_is_left_out(trace):
    with pytest.warns(UserWarning, match="left out") as warned:
        assert len(list(trace.sweep(buy, type="tool", raises=TimeoutError(), at_most=1))) == 1
    assert str(warned[0].message) == (
        'a sweep of 3 calls makes 1 runs; left out: tool charge_card {"amount": 5}, tool send_receipt {"amount": 5}'
    )


def test_many_calls_need_a_cap(trace):
    def program() -> None:
        for number in range(101):
            reserve(str(number))

    with pytest.raises(pytest_traces.TracesError) as refused:
        list(trace.sweep(program, type="tool", raises=TimeoutError()))
    assert str(refused.value) == (
        'a sweep of 101 calls makes 100 runs; left out: tool reserve {"item": "100"}\n\nhint: at_most=101 runs them all'
    )


def test_a_program_that_goes_another_way_is_told(trace):
    runs: list[int] = []

    def program() -> None:
        runs.append(1)
        reserve(f"run {len(runs)}")

    with pytest.raises(pytest_traces.SpanNotFound) as failed:
        list(trace.sweep(program, "reserve", raises=TimeoutError()))
    assert str(failed.value) == dedent(
        """\
        expected to act on call 'reserve' with type 'tool' and path 'reserve' and input {'item': 'run 1'}, """
        """found 0: called once, with another input

        outage 1 of 1: tool reserve {"item": "run 1"} raises(TimeoutError())

        tool reserve   ← its input is {"item": "run 2"}, expected {'item': 'run 1'}

        hint: outage 1 of 1: tool reserve {"item": "run 1"} raises(TimeoutError()) never took a call"""
    )


def test_sweeps_run_in_loops_of_their_own(trace):
    def program() -> None:
        asyncio.run(look_up("paris"))

    assert len(list(trace.sweep(program, "search", raises=TimeoutError()))) == 1
