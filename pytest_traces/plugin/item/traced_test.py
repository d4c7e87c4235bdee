"""The data of one test: its recording, its snapshots, and the recordings that it made or used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.item.leftovers import Leftovers
from pytest_traces.plugin.session.trace_session import TraceSession

if TYPE_CHECKING:
    from pytest_traces.plugin.item.figures import Figures
    from pytest_traces.runtime.harvest.tree import Harvest
    from pytest_traces.snapshots.storing.store import TestSnapshots
    from pytest_traces.trace.fixture import TraceFixture


class TracedTest:
    """Kept in `item.stash`, a new one for each attempt of a test."""

    def __init__(self, item: pytest.Item, session: TraceSession, attempt: int = 1) -> None:
        self.item = item
        self.session = session
        self.attempt = attempt
        """1, or which rerun it is."""
        self.harvest: Harvest | None = None
        """The recording of the test; `None` if it is not recorded."""
        self.made: list[Harvest] = []
        """Recordings that the test made with `record()`."""
        self.used: list[Harvest] = []
        """Recordings of `record()` that the test looked at; they are drawn if the test fails."""
        self.figures: Figures | None = None
        """The counted figures for its reports."""
        self.whole = ExitStack()
        """The recording that began with its setup, if the whole test is recorded."""
        self.leftovers = Leftovers()
        """Blocks that it opened and has not closed."""
        self.has_passed = False
        """Whether its call phase passed."""
        self.has_failed = False
        """Whether a phase of it, or a subtest, failed."""
        self.has_told = False
        """Whether a defect in our own part of its reports was reported."""
        self._snapshots: TestSnapshots | None = None
        self._trace: TraceFixture | None = None

    @property
    def is_traced(self) -> bool:
        """Whether its reports hold data about traces."""
        return self.harvest is not None or bool(self.used) or self._snapshots is not None

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record the code of the test."""
        from pytest_traces.runtime.harvest.tree import Harvest
        from pytest_traces.runtime.lanes.session import recording

        self.session.begin_recording()
        self.harvest = Harvest(self.session.new_recorder(self.item.nodeid))
        try:
            with recording(self.harvest.recorder, self.session.recorders):
                yield
        finally:
            self.session.activation.reset()

    def recordings(self) -> list[tuple[str, Harvest]]:
        """Return all recordings with spans that it made or used, each with its title."""
        own = [] if self.harvest is None else [("Trace", self.harvest)]
        used = [(f"Trace of {harvest.recorder.owner}", harvest) for harvest in self.used]
        return [(title, harvest) for title, harvest in (*own, *used) if harvest.tree.spans]

    def trace(self) -> TraceFixture:
        """Return the value of the fixture `trace`."""
        assert self.harvest is not None, "unreachable because the fixture records"
        self.harvest.recorder.gaps.require_hooks()
        if self._trace is None:
            from pytest_traces.trace.fixture import TraceFixture

            self._trace = TraceFixture(self.harvest, self._why_empty, self.session.options)
        return self._trace

    def _why_empty(self) -> str:
        assert self.harvest is not None, "unreachable because the fixture records"
        gaps = self.harvest.recorder.gaps
        lines = sorted(gaps.unrecorded)
        if gaps.silent:
            why = "sent no spans" if self.session.settings.otlp else "`trace_otlp = true` receives its spans"
            lines += [f"started another process, {name}: {why}" for name in sorted(gaps.silent)]
        return "\n".join([*lines, self.session.why_empty()])

    @contextmanager
    def given_trace(self) -> Iterator[TraceFixture]:
        """Yield the trace of the test, recorded since its first fixture, or from now on."""
        __tracebackhide__ = True
        if self.harvest is not None and not self.harvest.recorder.closed:
            yield self.trace()
            return
        if self.session.seen.in_test:
            names = ", ".join(sorted(self.session.seen.in_test))
            raise TracesError(
                f"`trace` is asked for too late: this test has run {names} already\n\nhint: name `trace` among the "
                "arguments of the test, mark it with @pytest.mark.usefixtures('trace'), or set `trace_always = true`"
            )
        with self.recording():
            yield self.trace()

    def faults_of_acts(self) -> Iterable[Exception]:
        """Return the failures of the test's acts, each once; a test may get its trace late."""
        return () if self._trace is None else self._trace.faults_of_acts()

    @property
    def snapshots(self) -> TestSnapshots | None:
        """The snapshots that the test asserted, if any."""
        return self._snapshots

    def opened_snapshots(self) -> TestSnapshots:
        """Return the snapshots of the test, for comparisons."""
        if self._snapshots is None:
            from pytest_traces.snapshots.storing.store import TestSnapshots

            policy = self.session.snapshot_policy(rehearsal=self.item.stash.get(REHEARSED, False))
            self._snapshots = TestSnapshots(self.item.nodeid, self._assertion, policy)
        return self._snapshots

    def directories(self) -> dict[str, str]:
        """Return the temporary directories that pytest has made, with their masks; none is made here."""
        base = getattr(getattr(self.item.config, "_tmp_path_factory", None), "_basetemp", None)
        own = (getattr(self.item, "funcargs", None) or {}).get("tmp_path")
        return {str(path): mark for path, mark in ((base, "<basetemp>"), (own, "<tmp_path>")) if path is not None}

    def repeat(self) -> TracedTest:
        """Return the next attempt of the same test, and remove the results of this one from syrupy."""
        if self._snapshots is not None:
            self._snapshots.forget()
        return TracedTest(self.item, self.session, self.attempt + 1)

    def _close_leftovers(self) -> None:
        """End the blocks that the test left open; their failures fail the test, unless it failed already."""
        __tracebackhide__ = True
        try:
            self.leftovers.close()
        except Exception:
            if not self.has_failed:
                raise

    def close(self) -> None:
        """End the recording, after the blocks that the test left open."""
        __tracebackhide__ = True
        try:
            self._close_leftovers()
        finally:
            self.whole.close()

    def release(self) -> None:
        """Release the recording after the last report of the test. A trace that the program holds keeps its tree."""
        held = [*([] if self.harvest is None else [self.harvest]), *self.made]
        self.harvest = self.figures = self._trace = None
        self.made, self.used = [], []
        for harvest in held:
            harvest.freeze()

    def _assertion(self) -> Any:
        """Import syrupy late: a suite without snapshots never needs it."""
        __tracebackhide__ = True
        if not hasattr(self.item.config, "_syrupy"):
            raise pytest.UsageError("snapshots of traces need syrupy: install it, and do not switch it off")
        from pytest_traces.snapshots.storing.extension import open_assertion

        return open_assertion(self.item)


REHEARSED = pytest.StashKey[bool]()
"""Whether `--trace-stable` runs a test and decides about its snapshots."""
