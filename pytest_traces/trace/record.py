"""`record()`: a trace of any piece of code, in tests, fixtures, scripts and notebooks."""

from __future__ import annotations

from contextlib import AbstractContextManager

from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.recordings.recording import recorded


def record() -> AbstractContextManager[TraceFixture]:
    """Record the code of a block; queries on its trace work in the block and after it.

        @pytest.fixture(scope="module")
        def umbrella():
            with pytest_traces.record() as trace:
                ask("Do I need an umbrella in Paris?")
            return trace

    An inner recording takes the spans of its block: they are not in the outer one. A recording that is left open ends
    with the test or the fixture that opened it. Raises `RunawayTrace` if the program records more than the cap, and
    `TracesError` if an adapter lost its hook. At its end the block raises if an act (`trace.on`) took fewer calls than
    it says.
    """
    return recorded(TraceFixture)
