"""What the `trace` fixture gives: the trace of a running test."""

from __future__ import annotations

from pytest_traces.assertions.selection import Family
from pytest_traces.runtime.harvest import harvest
from pytest_traces.runtime.recorder import Recorder
from pytest_traces.trace import Trace


class TraceFixture(Trace):
    """A trace that grows while the test runs; every look at it sees what was recorded so far."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._seen = recorder.tick()
        super().__init__(harvest(recorder))

    @property
    def _family(self) -> Family:
        now = self._recorder.tick()
        if now != self._seen + 1:  # something ticked since the last look
            self._grown = Family(harvest(self._recorder))
        self._seen = now
        return self._grown
