"""`record()`: a trace of any piece of code, in tests, fixtures, scripts and notebooks."""

from __future__ import annotations

from contextlib import AbstractContextManager

from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.recordings.recording import recorded


def record() -> AbstractContextManager[TraceFixture]:
    """Record what runs in the block; the trace can be asked in the block and after it.

        @pytest.fixture(scope="module")
        def umbrella():
            with pytest_traces.record() as trace:
                ask("Do I need an umbrella in Paris?")
            return trace

    A recording inside another one takes the spans of its block: they are not in the outer one. One that is left open
    ends with the test or the fixture that opened it. A program that recorded more than the cap raises `RunawayTrace`;
    one whose adapter lost its hook raises `TracesError`. An act (`trace.on`) that took fewer calls than it says raises
    at the end of the block.
    """
    return recorded(TraceFixture)
