"""Moves a worker to the test whose item it took; a worker may outlive the test that started it."""

from __future__ import annotations

from typing import NamedTuple

from pytest_traces.model.lane import Lane
from pytest_traces.runtime.recording.branches import look, spawner
from pytest_traces.runtime.recording.context import CURRENT, Outside, harmless
from pytest_traces.runtime.recording.recorder import Place


class Sent(NamedTuple):
    """The place and the logical time of a send."""

    place: Place
    clock: int


class Visit(Place):
    """The place of a worker while it works on an item of another test."""

    def __init__(self, sent: Sent, queue: object, home: Place | Outside) -> None:
        super().__init__(sent.place.recorder, None, Lane(sent.place.lane, sent.clock, "thread"))
        self.queue = queue
        self.home = home


@harmless
def sent_now() -> Sent | None:
    """Return the place and the logical time of the running code, for a send; `None` outside tests."""
    place = spawner()
    if place is None:
        return None
    look(place)
    return Sent(place, place.recorder.tick())


@harmless
def visit(sent: Sent, queue: object) -> Visit | None:
    """Record for the sender's test from here on; return `None` if the running code must stay in its own test."""
    now = CURRENT.get()
    if sent.place.recorder.closed or not _is_free(now, sent):
        return None
    visiting = Visit(sent, queue, now.home if isinstance(now, Visit) else now)
    CURRENT.set(visiting)
    return visiting


@harmless
def leave(queue: object) -> None:
    """Go back to the worker's own place: the work on the last item of this queue is over."""
    now = CURRENT.get()
    if isinstance(now, Visit) and now.queue is queue:
        CURRENT.set(now.home)


@harmless
def own_place() -> Place | None:
    """Return the place of the running code; `None` if its test is over."""
    now = CURRENT.get()
    is_own = isinstance(now, Place) and not now.recorder.closed
    return spawner() if is_own else None


def _is_free(now: Place | Outside, sent: Sent) -> bool:
    """Return whether code may leave its test: a test's own code stays, even if another test sent the item."""
    if isinstance(now, Outside):
        return True
    if now.recorder is sent.place.recorder:
        return False
    is_worker = now.record is None and now.lane.kind == "thread"
    return now.recorder.closed or is_worker
