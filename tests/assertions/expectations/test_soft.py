"""Several expectations that fail together."""

import asyncio
import re
import typing
import unittest

import pytest

from pytest_traces.assertions.assert_methods import Expectations
from pytest_traces.assertions.expectations.soft import is_soft
from pytest_traces.errors import ExpectationError, Mismatch, RunawayTrace, TracesError
from pytest_traces.trace.trace import Trace
from tests.assertions.reading import text, why
from tests.builders import a_trace, agent, tool

TRACE = a_trace(agent("planner", tool("geocode"), tool("pay", error="ValueError: no")))


def all_at_once():
    with TRACE.soft():
        TRACE.assert_no_errors()
        TRACE.assert_once("geocode")
        TRACE.tools.assert_never("geo*")


def test_a_block_reports_all_that_failed():
    assert why(all_at_once) == text(
        """
        ExpectationError: 2 expectations failed

        1. test_soft.py:22
        expected no errors, 'pay' failed: ValueError: no

        agent planner
        ├─ tool geocode
        └─ tool pay ✗ ValueError: no   ← failed

        2. test_soft.py:24
        expected no span 'geo*', found 1

        agent planner
        ├─ tool geocode   ← must not run
        └─ tool pay ✗ ValueError: no
        """
    )


def test_a_block_in_which_all_holds_is_silent():
    with TRACE.soft():
        TRACE.assert_once("geocode")


def ended_by(error):
    with TRACE.soft():
        TRACE.assert_no_errors()
        raise error


def test_a_plain_assert_ends_the_block_and_is_reported_too():
    assert why(ended_by, AssertionError("assert 2 == 3")).splitlines()[-2:] == ["2. test_soft.py:57", "assert 2 == 3"]


def test_a_failed_query_ends_the_block_too():
    with pytest.raises(ExpectationError, match="1 expectation failed"), TRACE.soft():
        TRACE.one("refund")


def test_another_error_carries_the_failures_as_a_note():
    with pytest.raises(KeyError) as error:
        ended_by(KeyError("x"))
    assert error.value.__notes__[0].startswith("before that, 1 expectation failed")


@pytest.mark.parametrize("error", [KeyboardInterrupt("x"), SystemExit("x"), RunawayTrace("x")])
def test_an_error_that_ends_the_session_passes_with_the_failures_as_a_note(error):
    with pytest.raises(type(error)) as raised:
        ended_by(error)
    assert raised.value is error
    assert error.__notes__[0].startswith("before that, 1 expectation failed")


@pytest.mark.parametrize(
    ("leave", "end"),
    [
        (lambda: pytest.skip("later"), "Skipped: later"),
        (lambda: pytest.xfail("known"), "XFailed: known"),
        (lambda: pytest.fail("enough"), "Failed: enough"),
        (lambda: unittest.TestCase().skipTest("later"), "SkipTest: later"),
    ],
)
def test_a_block_that_is_left_in_its_middle_reports_its_failures(leave, end):
    try:
        with TRACE.soft():
            TRACE.assert_never("geocode")
            leave()
    except BaseException as error:  # a skip would skip this test
        said = f"{type(error).__name__}: {error}"

    assert re.sub(r":\d+\n", ":N\n", said) == text(
        f"""
        ExpectationError: 1 expectation failed

        1. test_soft.py:N
        expected no span 'geocode', found 1

        agent planner
        ├─ tool geocode   ← must not run
        └─ tool pay ✗ ValueError: no

        then the block was left: {end}
        """
    )


def test_a_cancelled_task_reports_the_failures_of_its_block():
    async def cancelled():
        async def judging():
            with TRACE.soft():
                TRACE.assert_no_errors()
                await asyncio.sleep(10)

        task = asyncio.create_task(judging())
        await asyncio.sleep(0)
        task.cancel()
        await task

    assert why(lambda: asyncio.run(cancelled())).endswith("\n\nthen the block was left: CancelledError")


@pytest.mark.parametrize("leave", [pytest.skip, pytest.xfail, pytest.fail])
def test_a_block_without_failures_is_left_without_a_note(leave):
    with pytest.raises(leave.Exception, match=r"^later$") as left, TRACE.soft():
        leave("later")
    assert not hasattr(left.value, "__notes__")


def test_a_task_that_outlives_the_block_raises_its_failure():
    async def program():
        async def late():
            await asyncio.sleep(0)
            assert not is_soft()
            TRACE.assert_no_errors()

        with TRACE.soft():
            task = asyncio.create_task(late())
        await task

    with pytest.raises(Mismatch, match="expected no errors, 'pay' failed"):
        asyncio.run(program())


def test_a_misuse_is_not_collected():
    with pytest.raises(TracesError, match=r"^a sequence needs at least one step"), TRACE.soft():
        TRACE.assert_sequence()


def test_after_a_block_an_expectation_raises_again():
    with pytest.raises(ExpectationError, match="1 expectation failed"), TRACE.soft():
        TRACE.assert_no_errors()
    with pytest.raises(ExpectationError, match="expected no errors"):
        TRACE.assert_no_errors()


def test_an_assertion_without_a_message_is_reported_where_it_stands():
    def empty():
        with TRACE.soft():
            raise AssertionError

    assert re.sub(r":\d+", ":N", why(empty)) == text(
        """
        ExpectationError: 1 expectation failed

        1. test_soft.py:N
        assertion failed
        """
    )


def test_a_failed_query_is_reported_by_the_line_that_asked():
    def ask():
        with TRACE.soft():
            TRACE.one("refund")

    assert f"1. test_soft.py:{ask.__code__.co_firstlineno + 2}\n" in why(ask)


def test_running_code_knows_whether_it_is_in_a_soft_block():
    assert not is_soft()
    with TRACE.soft():
        assert is_soft()
    assert not is_soft()


def test_an_assertion_that_returns_spans_ends_the_block_as_a_query_does():
    def block():
        with TRACE.soft():
            TRACE.assert_no_errors()
            TRACE.assert_once("refund")
            TRACE.assert_never("geo*")

    headlines = [line for line in why(block).splitlines() if "expect" in line]
    assert headlines == [
        "ExpectationError: 2 expectations failed",
        "expected no errors, 'pay' failed: ValueError: no",
        "expected 1 span 'refund', found 0",
    ]


@pytest.mark.parametrize("name", [name for name in dir(Trace) if name.startswith("assert_")])
def test_every_assertion_notes_its_failure_or_returns_spans(name):
    returned = typing.get_type_hints(getattr(Expectations, name, None) or getattr(Trace, name))["return"]
    assert hasattr(getattr(Trace, name), "__wrapped__") is (returned is type(None)), name
