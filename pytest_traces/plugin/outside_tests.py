"""What is recorded outside tests: at import, in fixtures of a module or a session. It is no test's; it can be named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_traces.runtime.recording.place import CURRENT, OUTSIDE
from pytest_traces.runtime.recording.recorder import Recorder

_ROOM = 1_000  # spans, and events, kept to be named


class Bucket(Recorder):
    """Takes what belongs to no test; when it is full it forgets what comes, and breaks nothing."""

    def _overflow(self, what: str, ini: str) -> None:
        del self.records[_ROOM:]
        del self.notices[_ROOM:]


@contextmanager
def keeping_names() -> Iterator[None]:
    """Take what belongs to no test."""
    before = OUTSIDE.fallback
    OUTSIDE.fallback = Bucket("outside tests", max_spans=_ROOM, max_events=_ROOM)
    try:
        yield
    finally:
        OUTSIDE.fallback = before


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
