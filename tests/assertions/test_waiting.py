"""Spans that come late."""

import asyncio
import threading

import pytest

from pytest_traces.errors import SpanNotFound, TracesError
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.trace.trace import Trace
from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, agent, start, tool


class Growing(Trace):
    """A trace that is read anew at every look."""

    def __init__(self, recorder):
        self._growing = recorder
        super().__init__(harvest(recorder))

    def _tree(self):
        return harvest(self._growing)


def test_waiting_ends_as_soon_as_the_span_has_ended():
    recorder = Recorder("a test")
    record = start(recorder, "flush")
    threading.Timer(0.05, record.end, kwargs={"output": "done"}).start()
    assert Growing(recorder).wait_for("flush", timeout=10).output == "done"


def test_waiting_begins_before_anything_was_recorded():
    recorder = Recorder("a test")
    threading.Timer(0.02, lambda: start(recorder, "flush").end()).start()
    assert Growing(recorder).wait_for("flush", timeout=10).status == "success"


async def test_waiting_lets_other_tasks_run():
    recorder = Recorder("a test")

    async def work():
        await asyncio.sleep(0.01)
        start(recorder, "flush").end()

    task = asyncio.create_task(work())
    assert (await Growing(recorder).wait_for_async("flush", timeout=10)).name == "flush"
    await task


def test_a_running_span_can_be_waited_for_by_its_status():
    trace = a_trace(tool("serve", status="running"))
    assert trace.wait_for("serve", status="running", timeout=0.01).output is None


def test_a_span_that_never_came_fails():
    trace = a_trace(agent("planner", tool("flush_all")))
    assert why(trace.wait_for, "flush", timeout=0.01) == text(
        """
        SpanNotFound: expected span 'flush' to end, found 0 in 0.01 s

        agent planner
        └─ tool flush_all   ← did you mean this one?
        """
    )


def test_a_span_that_still_runs_fails():
    trace = a_trace(agent("planner", tool("flush", status="running")))
    assert why(trace.wait_for, "flush", timeout=0.01) == text(
        """
        SpanNotFound: expected span 'flush' to end, it is still running after 0.01 s

        agent planner
        └─ tool flush [running]   ← still running
        """
    )


async def test_wait_for_async_fails_with_the_same_message():
    with pytest.raises(SpanNotFound) as told:
        await a_trace(tool("a")).wait_for_async("x", timeout=0.01)
    assert str(told.value) == "expected span 'x' to end, found 0 in 0.01 s\n\ntool a"


def test_a_wait_without_a_name_or_with_a_wrong_timeout_is_refused():
    with pytest.raises(TracesError, match=r"^wait_for"):
        a_trace().wait_for()
    for timeout in (0, -1, True, "2", float("inf")):
        with pytest.raises(TracesError, match="timeout is a number of seconds above 0"):
            a_trace().wait_for("x", timeout=timeout)
    assert why(a_trace().wait_for, "x", timeout=0.01) == "EmptyTrace: nothing was recorded"


def test_another_span_that_still_runs_is_not_the_one_waited_for():
    trace = a_trace(agent("planner", tool("serve", status="running"), tool("mail")))
    told = headline(trace.wait_for, "flush", timeout=0.01)
    assert told == "SpanNotFound: expected span 'flush' to end, found 0 in 0.01 s"


def test_a_wait_takes_the_span_above():
    trace = a_trace(agent("planner", tool("flush"), tool("serve", status="running")))
    assert trace.wait_for(under="planner", timeout=1).name == "flush"
    assert headline(trace.wait_for, "serve", under="planner", timeout=0.01) == (
        "SpanNotFound: expected span 'serve' under 'planner' to end, it is still running after 0.01 s"
    )


def test_a_wait_that_blocks_its_own_event_loop_is_told():
    async def in_a_task():
        a_trace(tool("job", status="running")).wait_for("job", timeout=0.01)

    assert why(lambda: asyncio.run(in_a_task())) == text(
        """
        SpanNotFound: expected span 'job' to end, it is still running after 0.01 s

        tool job [running]   ← still running

        hint: trace.wait_for() blocks the event loop; use `await trace.wait_for_async(...)`
        """
    )
