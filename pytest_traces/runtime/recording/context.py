"""The place of the running code: its recorder, the enclosing span, its lane."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from threading import get_ident
from typing import Any, Protocol, TypeVar

from pytest_traces.model.lane import Lane
from pytest_traces.model.stray import Stray
from pytest_traces.runtime.recording.fields import message_of
from pytest_traces.runtime.recording.recorder import NO_CAP, Place, Recorder

F = TypeVar("F", bound=Callable[..., Any])

_MOST_NAMES = 1_000
_LONGEST_NAME = 200  # characters: a name may be a whole prompt


class Names(Protocol):
    """Keeps names of unrecorded spans."""

    def add(self, name: str, /) -> None:
        """Keep a name."""

    def __len__(self) -> int: ...


class Outside:
    """Default value of `CURRENT`: finds a recorder for code that runs without a copied context."""

    thread = 0
    """Never equal to `get_ident()`, so `place.thread == get_ident()` is false for `OUTSIDE`."""
    lane: Lane | None = None
    """The lane of no record."""

    def __init__(self) -> None:
        self.quiet = True
        """True until the first recording of the process; a span then costs next to nothing."""
        self.tests: tuple[Recorder, ...] = ()
        """Recorders of the tests that run now."""
        self.only: Recorder | None = None
        """The recorder for code without a context: the innermost of nested recordings; `None` if several run side by
        side."""
        self.names: Names | None = None
        """Names of spans that belong to no test; a session keeps some of them for the message of an empty trace."""
        self.until_over: Callable[[Callable[[], None]], Callable[[], None]] = lambda end: _nothing
        """Takes what ends a thing that the running test may leave behind; returns what forgets it."""
        self._new_run: Callable[[], Recorder] | None = None
        self._lock = threading.Lock()

    @property
    def new_run(self) -> Callable[[], Recorder] | None:
        """Opens a recorder for a run outside tests, if a provider is installed."""
        return self._new_run

    @new_run.setter
    def new_run(self, opens: Callable[[], Recorder] | None) -> None:
        self._new_run = opens
        self.quiet = False

    def listens(self) -> bool:
        """Return whether a recorder exists for code that runs without a copied context."""
        if self.quiet:
            return False
        return self.only is not None or bool(self._new_run or SPAWNED.place)

    def note(self, name: str) -> None:
        """Keep the name of a span that is not recorded; its values are not read."""
        if self.names is not None and len(self.names) < _MOST_NAMES and isinstance(name, str):
            self.names.add(name[:_LONGEST_NAME])

    def open(self, recorder: Recorder) -> None:
        """Register the recorder of a test for code without a copied context."""
        self.quiet = False
        with self._lock:
            self._keep((*self.tests, recorder))

    def close(self, recorder: Recorder) -> None:
        """Remove a recorder; unknown ones are ignored."""
        with self._lock:
            self._keep(tuple(open_one for open_one in self.tests if open_one is not recorder))

    def stray(self, span: Stray) -> None:
        """Record a span of an earlier test's leftover work with the running tests, which may own it."""
        for test in self.tests:
            test.gaps.strays.append(span)

    def _keep(self, tests: tuple[Recorder, ...]) -> None:
        outer = {id(above) for test in tests for above in test.around}
        innermost = [test for test in tests if id(test) not in outer]
        self.tests, self.only = tests, innermost[0] if len(innermost) == 1 else None

    def recorder(self, run_id: str | None = None) -> Recorder | None:
        """Find the recorder for code without a context: the owner of the run, the only running test, a provider's."""
        if run_id is not None:
            for test in self.tests:
                if run_id in test.run_ids:
                    return test
        if self.only is not None:
            return self.only
        return None if self._new_run is None else self._new_run()


def _nothing() -> None: ...


OUTSIDE = Outside()

CURRENT: ContextVar[Place | Outside] = ContextVar("pytest_traces", default=OUTSIDE)


class _Spawned(threading.local):
    """Data of a thread, independent of its contexts."""

    place: Place | None = None
    """The place of the code that started this thread, or handed it its present work."""
    found: Place | None = None
    """Lane for code of a thread whose start was not observed: started in C, or before the recording."""


SPAWNED = _Spawned()


def here(run_id: str | None = None) -> Place | None:
    """Return the place of the running code; `None` if no recorder is found.

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


@contextmanager
def aside() -> Iterator[None]:
    """Let no test record meanwhile.

    Contexts copied here stay free: a server that a fixture starts serves whichever test runs later.
    """
    place, tests = CURRENT.get(), OUTSIDE.tests
    CURRENT.set(OUTSIDE)
    for recorder in tests:
        OUTSIDE.close(recorder)
    try:
        yield
    finally:
        for recorder in tests:
            OUTSIDE.open(recorder)
        CURRENT.set(place)


def private_place(owner: str) -> Place:
    """Return a place outside every recording, for code that reads its own events."""
    OUTSIDE.quiet = False
    recorder = Recorder(owner, max_spans=NO_CAP, max_events=NO_CAP)
    return Place(recorder, None, recorder.root)


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
    if spawned is not None and spawned.lane.is_in(place.lane):
        lane = spawned.lane
    elif not place.thread:  # a lane that no thread has entered yet
        lane = place.lane
    else:
        lane = Lane(place.lane, place.recorder.tick(), "unseen")
    entered = Place(place.recorder, place.record, lane)
    CURRENT.set(entered)
    return entered


def harmless(function: F) -> F:
    """Decorate a function that watched functions call: an exception in it is noted, and it returns `None`. It adds a
    frame: a function that reads its callers' frames uses `note_trouble` itself.
    """

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            note_trouble(error)
            return None

    return call  # type: ignore[return-value]


def note_trouble(error: Exception) -> None:
    """Keep an exception for the running tests: the order may be wrong from here on; the report shows each one once."""
    told = f"order: {type(error).__name__}: {message_of(error)}"
    for test in OUTSIDE.tests:
        if told not in test.gaps.troubles:
            test.gaps.troubles.append(told)
