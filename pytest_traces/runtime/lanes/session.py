"""One recorder for each test: opened when the test asks, closed when it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pytest_traces.runtime.exchanges.iterations import surroundings
from pytest_traces.runtime.lanes.finalizers import keep_contexts_whole
from pytest_traces.runtime.lanes.watching import watching
from pytest_traces.runtime.recording.context import CURRENT, OUTSIDE, Outside
from pytest_traces.runtime.recording.recorder import Place, Recorder


@contextmanager
def recording(recorder: Recorder, around: Iterable[Recorder] = ()) -> Iterator[Recorder]:
    """Record the block: the running code, tasks and threads that it starts, and those without a context.

    Until it ends it replaces the recording it is inside of, and those `around` it.
    Spans of leftover work go to the recorder's `late` list afterwards.
    """
    keep_contexts_whole()
    before = CURRENT.get()
    recorder.around = (*around, *_enclosing(before))
    recorder.surroundings = surroundings()
    OUTSIDE.open(recorder)
    CURRENT.set(Place(recorder, None, recorder.root))
    try:
        with watching():
            yield recorder
    finally:
        recorder.closing.close()
        recorder.closed, recorder.gaps.tell_late = True, OUTSIDE.stray
        OUTSIDE.close(recorder)
        recorder.around, recorder.surroundings = (), {}
        _step_back(recorder, before)


def _enclosing(place: Place | Outside) -> Iterable[Recorder]:
    if isinstance(place, Outside) or place.recorder.closed:
        return ()
    return place.recorder, *place.recorder.around


def _step_back(recorder: Recorder, before: Place | Outside) -> None:
    """Restore the place before the recording; recordings may end in any order."""
    now = CURRENT.get()
    if isinstance(now, Place) and now.recorder is recorder:
        CURRENT.set(OUTSIDE if isinstance(before, Place) and before.recorder.closed else before)
