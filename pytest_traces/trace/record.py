"""`record()`: a trace of any piece of code, in tests, fixtures, scripts and notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from pytest_traces.errors import RunawayTrace
from pytest_traces.runtime.harvest.tree import Harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.host import present_host


@contextmanager
def record() -> Iterator[TraceFixture]:
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
    host = present_host()
    around, harvest = tuple(host.around()), Harvest(host.new_recorder())
    told: list[str] = []  # which adapters listened is known until the block ends
    trace = TraceFixture(harvest, lambda: told[0] if told else host.why_empty(), host.options, host.uses)
    with ExitStack() as block:

        def end() -> None:
            block.close()
            _require_whole(harvest.recorder)

        block.enter_context(host.listening(harvest))
        block.enter_context(recording(harvest.recorder, around))
        block.callback(lambda: told.append(host.why_empty()))
        block.callback(host.until_over(end))
        with trace.acting():
            yield trace
    _require_whole(harvest.recorder)


def _require_whole(recorder: Recorder) -> None:
    """Raise if a recording lacks what ran."""
    if recorder.overflow is not None:
        raise RunawayTrace(recorder.overflow)
    recorder.gaps.require_hooks()
