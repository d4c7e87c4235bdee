"""What the `trace` fixture gives: the trace of a running test."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.snapshots.storing.store import TestSnapshots
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.trace import Trace


class TraceFixture(Trace):
    """A trace that grows while the test runs: every look at it sees what was recorded so far."""

    def __init__(
        self,
        recorder: Recorder,
        snapshots: TestSnapshots,
        why_empty: Callable[[], str] = str,
        directories: Callable[[], Mapping[str, str]] = dict,
        options: TraceOptions | None = None,
    ) -> None:
        self._recorder = recorder
        self._made_for_test = directories
        self._own_snapshots = snapshots
        self._ticked = recorder.tick()
        super().__init__(harvest(recorder), why_empty, options)

    def record_calls(self, *names: str, type: str = "tool") -> None:
        """Record the calls of functions of the program from now on, until the recording ends.

        For programs without a framework, whose tools are plain functions:

            trace.record_calls("shop.tools:search", "shop.tools:Cart.*")
            trace.record_calls("shop.agent:answer", type="agent")

        A name is imported; a glob takes what a module or a class defines itself. Every reference to the function
        counts: imported names, tables of tools, decorators. Raises `TracesError` for a name that does not exist.
        """
        __tracebackhide__ = True
        from pytest_traces.adapters.named_calls import record_calls

        record_calls(self._recorder, names, type)

    @property
    def late(self) -> tuple[str, ...]:
        """Names of the spans that started after the test was over; they are never the next test's."""
        return tuple(record.name for record in self._recorder.late)

    def _tree(self) -> SpanTree:
        self._recorder.looked_at = True
        now = self._recorder.tick()
        if now != self._ticked + 1:  # something ticked since the last look
            self._recorded = harvest(self._recorder)
        self._ticked = now
        return self._recorded

    def _snapshots(self, assertion: str) -> TestSnapshots:
        return self._own_snapshots

    def _directories(self) -> Mapping[str, str]:
        return self._made_for_test()
