"""Where the running code stands: which recorder, below which span, in which lane."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar
from threading import get_ident
from typing import TYPE_CHECKING

from pytest_traces.model.lane import Lane

if TYPE_CHECKING:
    from pytest_traces.runtime.recording.recorder import Record, Recorder


_MOST_NAMES = 1_000


class Place:
    """What a context carries: its recorder, the span that encloses it, the lane it runs in.

    A record is a place too: inside a span, the span's record is where the code stands.
    """

    recorder: Recorder
    lane: Lane
    thread: int
    """The thread in which the lane runs; 0 until a loop begins it."""
    record: Record | None
    """The span that encloses the running code."""
    ended: int | None = None
    """When it ended, if the place is a span."""

    def __init__(self, recorder: Recorder, enclosing: Record | None, lane: Lane, thread: int | None = None) -> None:
        self.recorder = recorder
        self.lane = lane
        self.thread = get_ident() if thread is None else thread
        self.record = enclosing


class Outside:
    """Where code stands that no context tells: the open recorders of the process.

    It is the default of the one `ContextVar`, so threads without a context see it too.
    """

    thread = 0
    """No thread's: whoever looks for a place that is its own finds out with one look that this is none."""

    def __init__(self) -> None:
        self.quiet = True
        """Whether there was no recorder in this process so far: what makes a span cost nothing in production."""
        self.tests: tuple[Recorder, ...] = ()
        """Recorders of the tests that run now."""
        self.only: Recorder | None = None
        """The one that takes what no context tells about: of recordings inside one another the innermost."""
        self.names: set[str] | None = None
        """Names of spans that belong to no test; a session keeps some of them for the message of an empty trace."""
        self._new_run: Callable[[], Recorder] | None = None
        self._lock = threading.Lock()

    @property
    def new_run(self) -> Callable[[], Recorder] | None:
        """Opens a recorder for each run that belongs to no test: how providers hear of it."""
        return self._new_run

    @new_run.setter
    def new_run(self, opens: Callable[[], Recorder] | None) -> None:
        self._new_run = opens
        self.quiet = False

    def listens(self) -> bool:
        """Tell whether anybody would record code that no context tells about."""
        if self.quiet:
            return False
        return self.only is not None or bool(self._new_run or SPAWNED.place)

    def note(self, name: str) -> None:
        """Keep the name of a span that is not recorded; its values are not read."""
        if self.names is not None and len(self.names) < _MOST_NAMES:
            self.names.add(name)

    def open(self, recorder: Recorder) -> None:
        """Let spans from anywhere find this test's recorder."""
        self.quiet = False
        with self._lock:
            self._keep((*self.tests, recorder))

    def close(self, recorder: Recorder) -> None:
        """Take a recorder out again; unknown ones are ignored."""
        with self._lock:
            self._keep(tuple(open_one for open_one in self.tests if open_one is not recorder))

    def _keep(self, tests: tuple[Recorder, ...]) -> None:
        outer = {id(above) for test in tests for above in test.around}
        innermost = [test for test in tests if id(test) not in outer]
        self.tests, self.only = tests, innermost[0] if len(innermost) == 1 else None

    def recorder(self, run_id: str | None = None) -> Recorder | None:
        """Find the recorder of code without a context: of the owner of the run, the only running test, a provider."""
        if run_id is not None:
            for test in self.tests:
                if run_id in test.run_ids:
                    return test
        if self.only is not None:
            return self.only
        return None if self._new_run is None else self._new_run()


OUTSIDE = Outside()

CURRENT: ContextVar[Place | Outside] = ContextVar("pytest_traces", default=OUTSIDE)


class _Spawned(threading.local):
    """What a thread knows of itself, whatever context runs in it."""

    place: Place | None = None
    """The place of the code that started this thread, or handed it its present work."""
    found: Place | None = None
    """A lane for code that no context and no observed spawn tells about: of a thread in C, of a server."""


SPAWNED = _Spawned()


def here(run_id: str | None = None) -> Place | None:
    """Return where the running code stands, or `None` where nobody records.

    In order: this context, the code that spawned this thread, the owner of `run_id`,
    the only running test, a provider.
    """
    place = CURRENT.get()
    if isinstance(place, Outside):
        if SPAWNED.place is not None:
            return SPAWNED.place
        recorder = place.recorder(run_id)
        return None if recorder is None else _find_lane(recorder)
    if place.thread != get_ident():
        return _enter_thread(place)
    return place if place.ended is None else _around_ended(place)


def _around_ended(place: Place) -> Place:
    """Return the place around a span that was ended in another context: the code of its lane goes on outside it."""
    above = None if place.record is None else place.record.parent
    while above is not None and above.ended is not None and above.lane is place.lane:
        above = above.parent
    return above if above is not None and above.lane is place.lane else Place(place.recorder, above, place.lane)


def _find_lane(recorder: Recorder) -> Place:
    """Return the place of code without a context: the test's own lane in its own thread, one for each other thread."""
    if recorder.thread == get_ident():
        return Place(recorder, None, recorder.root)
    if SPAWNED.found is None or SPAWNED.found.recorder is not recorder:
        SPAWNED.found = Place(recorder, None, Lane(recorder.root, recorder.tick(), "unseen"))
    return SPAWNED.found


def _enter_thread(place: Place) -> Place:
    """Find the lane of a thread that runs in a context copied elsewhere, once per copy."""
    spawned = SPAWNED.place
    if spawned is not None and _comes_from(spawned.lane, place.lane):
        lane = spawned.lane
    elif not place.thread:  # a lane that no thread has entered yet
        lane = place.lane
    else:
        lane = Lane(place.lane, place.recorder.tick(), "unseen")
    entered = Place(place.recorder, place.record, lane)
    CURRENT.set(entered)
    return entered


def _comes_from(lane: Lane, top: Lane) -> bool:
    above: Lane | None = lane
    while above is not None and above.depth > top.depth:
        above = above.parent
    return above is top
