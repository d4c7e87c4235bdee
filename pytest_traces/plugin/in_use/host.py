"""A pytest session as the host of traces: it knows the running test, and collects recordings of `record()`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.item.traced_test import TracedTest
from pytest_traces.plugin.running import TEST, Running, WiderFixture
from pytest_traces.plugin.session.trace_session import TraceSession

if TYPE_CHECKING:
    from pytest_traces.runtime.harvest.tree import Harvest
    from pytest_traces.runtime.recording.recorder import Recorder
    from pytest_traces.snapshots.storing.store import TestSnapshots
    from pytest_traces.trace.options import TraceOptions


class PytestHost:
    """Made once for each pytest session."""

    def __init__(self, session: TraceSession, running: Running) -> None:
        self._session = session
        self._running = running
        self._finished: list[Harvest] = []

    @property
    def options(self) -> TraceOptions:
        """The options of traces in this session."""
        return self._session.options

    def begin(self, item: pytest.Item) -> None:
        """Begin an attempt of a test."""
        earlier = item.stash.get(TEST, None)
        item.stash[TEST] = TracedTest(item, self._session) if earlier is None else earlier.repeat()
        self._session.seen.begin_test()
        self._session.activation.catch_up()

    def end(self) -> None:
        """End a test that was torn down."""
        self._session.seen.end_test()

    def running(self) -> object:
        """Return the test, or the fixture of a wider scope, that the running code belongs to."""
        return self._fixture() or self._test()

    def until_over(self, end: Callable[[], None]) -> Callable[[], None]:
        """End a block with the test or fixture that opened it; returns a function for a block that ends earlier."""
        owner = self._fixture() or self._test()
        return _nothing if owner is None else owner.leftovers.add(end)

    def around(self) -> Iterable[Recorder]:
        """Return the open recorders of fixtures whose scope is wider than a test."""
        return self._session.recorders

    def enclose_tests(self) -> None:
        """Put an open recording of a fixture around those of running tests, which began earlier."""
        for test in self._tests():
            if test.harvest is not None:
                test.harvest.recorder.around = tuple(self._session.recorders)

    def snapshots(self, assertion: str) -> TestSnapshots:
        """Return the snapshots of the test that runs; raise `TracesError` if none does."""
        from pytest_traces.trace.recordings.script import no_test

        wider = self._fixture()
        if wider is not None:
            fixture = wider.definition
            what = f"{assertion}() runs in the fixture {fixture.argname!r} of scope {fixture.scope!r}"
            hint = "hint: assert in the tests that use the fixture"
            raise TracesError(f"{what}: a snapshot belongs to the test that asserts\n\n{hint}")
        test = self._test()
        if test is None:
            raise no_test(assertion)
        return test.opened_snapshots()

    def directories(self) -> Mapping[str, str]:
        """Return the temporary directories of the running test and their masks in snapshots."""
        test = self._test()
        return {} if test is None else test.directories()

    def uses(self, harvest: Harvest) -> None:
        """Mark a recording as used by the running test: it is drawn if the test fails."""
        test = self._test()
        if test is not None and harvest not in test.used:
            test.used.append(harvest)

    def forget(self, harvest: Harvest) -> None:
        """Unmark a recording: it is not drawn if the running test fails."""
        test = self._test()
        if test is not None and harvest in test.used:
            test.used.remove(harvest)

    def new_recorder(self) -> Recorder:
        """Return an empty recorder, named after the fixture or the test that records."""
        wider = self._fixture()
        if wider is not None:
            fixture = wider.definition
            return self._session.new_recorder("::".join(filter(None, (fixture.baseid, fixture.argname))))
        test = self._test()
        return self._session.new_recorder("outside tests" if test is None else test.item.nodeid)

    @contextmanager
    def listening(self, harvest: Harvest) -> Iterator[None]:
        """Reset the adapters for a recording, and count it once in the report when it is over."""
        self.uses(harvest)
        test = None if self._running.fixtures else self._test()
        self._session.begin_recording()
        recorders = [] if test is not None else [harvest.recorder]
        self._session.recorders += recorders
        try:
            yield
        finally:
            for recorder in recorders:
                self._session.recorders.remove(recorder)
            self._session.activation.reset()
            (self._finished if test is None else test.made).append(harvest)

    def why_empty(self) -> str:
        """Return the body of `EmptyTrace` for a recording that stayed empty."""
        return self._session.why_empty("inside the block of record()")

    @property
    def has_finished(self) -> bool:
        """Whether a recording outside tests is not yet reported."""
        return bool(self._finished)

    def take_finished(self) -> list[Harvest]:
        """Return the recordings outside tests that are not yet reported."""
        finished, self._finished = self._finished, []
        return finished

    def _fixture(self) -> WiderFixture | None:
        return self._running.fixtures[-1] if self._running.fixtures else None

    def _tests(self) -> list[TracedTest]:
        return [item.stash[TEST] for item in self._running.tests]

    def _test(self) -> TracedTest | None:
        """Return the test that runs; of several, the one whose recording the running code belongs to."""
        running = self._tests()
        if len(running) < 2:
            return running[0] if running else None
        from pytest_traces.runtime.recording.context import CURRENT
        from pytest_traces.runtime.recording.recorder import Place

        place = CURRENT.get()
        recorder = place.recorder if isinstance(place, Place) else None
        owners = [test for test in running if test.harvest is not None and test.harvest.recorder is recorder]
        return owners[0] if owners else None


def _nothing() -> None: ...


HOST = pytest.StashKey[PytestHost]()
"""The host, in `config.stash`."""
