"""`record()`: a trace of any piece of code, in tests, fixtures, scripts and notebooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_traces.errors import RunawayTrace
from pytest_traces.runtime.harvest.tree import Harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.place import CURRENT, OUTSIDE, Place
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

    A recording inside another one takes the spans of its block: they are not in the outer one. A program that
    recorded more than the cap raises `RunawayTrace`; one whose adapter lost its hook raises `TracesError`.
    """
    host = present_host()
    harvest = Harvest(host.new_recorder())
    told: list[str] = []  # which adapters listened is known until the block ends
    trace = TraceFixture(harvest, lambda: told[0] if told else host.why_empty(), host.options, host.uses)
    with host.listening(harvest), _instead_of_the_enclosing(), recording(harvest.recorder):
        try:
            yield trace
        finally:
            told.append(host.why_empty())
    if harvest.recorder.overflow is not None:
        raise RunawayTrace(harvest.recorder.overflow)
    harvest.recorder.require_hooks()


@contextmanager
def _instead_of_the_enclosing() -> Iterator[None]:
    """Close the recorder that records here: code without a context then finds the inner one as the only one."""
    place = CURRENT.get()
    outer = place.recorder if isinstance(place, Place) else None
    if outer is None or outer not in OUTSIDE.tests:
        yield
        return
    OUTSIDE.close(outer)
    try:
        yield
    finally:
        if not outer.closed:
            OUTSIDE.open(outer)
