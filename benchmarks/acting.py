"""Measures the cost of acts: suites without acts, without the check for acts, and with one act in each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from unittest.mock import patch

from benchmarks.table import Row
from benchmarks.timing import by_turns
from pytest_traces.acting.act import Act, picked
from pytest_traces.acting.acts import act_in
from pytest_traces.runtime import agent_trace, trace_tool
from pytest_traces.runtime.calls import around
from pytest_traces.runtime.effects import Raises
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.record import record

_CALLS = 20
"""Calls of tools in one test."""
_ACTED = "search", {"input": {"query": "page 7"}}
"""The call of each test that an act takes; the act has conditions on name and input."""


def rows(spans: int) -> Iterator[Row]:
    """Compare whole suites, then single calls in a short and a long recording."""
    tests = max(1, spans // (_CALLS + 1))
    unasked, without, acted = by_turns(partial(_unasked, tests), partial(_suite, tests), partial(_suite, tests, True))
    yield Row("one test, no act", without / tests, "no call is asked about", unasked / tests, "1")
    yield Row("one test, one act", acted / tests, "no act", without / tests)
    few, many = max(1, spans // 10), spans
    short, long = by_turns(partial(_asked_calls, few), partial(_asked_calls, many))
    yield Row(f"one call that an act asks about, {many:,} spans", long / many, f"{few:,} spans", short / few, "1")


@trace_tool
def search(query: str) -> str:
    """Return what a tool gives."""
    return query


def _suite(tests: int, with_act: bool = False) -> None:
    name, conditions = _ACTED
    for _ in range(tests):
        with record() as trace:
            if with_act:
                trace.on(name, **conditions).returns("rows")
            with agent_trace(agent_name="desk"):
                for page in range(_CALLS):
                    search(f"page {page}")
            assert trace.tools.count == _CALLS


def _unasked(tests: int) -> None:
    with _without_questions():
        _suite(tests)


@contextmanager
def _without_questions() -> Iterator[None]:
    """Run functions without acts: no call looks for one, and no block checks any."""

    def begin(
        step: object, function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
    ) -> object:
        return function(*args, **kwargs)

    with patch.object(around, "_begin", begin), patch.object(TraceFixture, "acting", lambda trace: nullcontext()):
        yield


def _asked_calls(calls: int) -> None:
    """Call a tool whose input an act checks, and never takes."""
    recorder = Recorder("benchmark", max_spans=10_000_000)
    act_in(recorder, Act(picked("search", {"input": {"query": "another"}}), Raises(TimeoutError)))
    with recording(recorder), agent_trace(agent_name="desk"):
        for _ in range(calls):
            search("page")
