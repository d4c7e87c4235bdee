"""Measures the cost of capturing a framework, beside that of its OpenTelemetry instrumentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from benchmarks.programs.agents import AGENTS
from benchmarks.programs.program import Program
from benchmarks.programs.sdk_calls import SDK_CALLS
from benchmarks.table import Row
from benchmarks.timing import by_sides
from pytest_traces.adapters.activation import Activation
from pytest_traces.adapters.registry import adapter_of
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder

_PEER = "OpenTelemetry, in memory"
_RUNS = 10


def rows(rounds: int) -> Iterator[Row]:
    """Measure each program in turns: plain, captured, instrumented; the time of the plain program is subtracted."""
    return (_row(program, rounds) for program in (*SDK_CALLS, *AGENTS))


def _row(program: Program, rounds: int) -> Row:
    what, goal = f"capture {program.what}", "≤ 1/2"
    try:
        run = program.made()
    except ImportError:
        return Row(what, None, _PEER, None, goal)
    sides: list[Callable[[], AbstractContextManager[None]]] = [nullcontext, lambda: _captured(program.adapter)]
    try:
        with program.instrumented():
            run()  # the first call prepares caches, and counts for no side
        sides.append(program.instrumented)
    except ImportError:
        pass
    bare, ours, *theirs = by_sides(run, sides, rounds, _RUNS)
    return Row(what, ours - bare, _PEER, theirs[0] - bare if theirs else None, goal)


@contextmanager
def _captured(adapter: str) -> Iterator[None]:
    activation = Activation([adapter_of(adapter)])
    activation.arm()
    try:
        with recording(Recorder("a benchmark", max_spans=10**6)) as recorder:
            yield
        assert recorder.records, f"{adapter} captured nothing: there is nothing to compare"
    finally:
        activation.disarm()
