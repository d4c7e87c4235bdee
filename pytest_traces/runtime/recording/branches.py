"""Opens lanes for work that begins elsewhere: in a task, a thread, a callback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_traces.model.lane import Lane, LaneKind
from pytest_traces.runtime.recording.context import CURRENT, SPAWNED, harmless, here, note_trouble
from pytest_traces.runtime.recording.recorder import Place

Patch = tuple[Any, str, Callable[[Any], Any]]
"""An owner, the name of its attribute, and a function from the original to its replacement."""


class Branch(Place):
    """The place of spawned work.

    Its lane is made at the first use: most tasks of a framework record, spawn, send and wait for nothing.
    """

    is_used: bool = False
    """Whether its lane was asked for: if not, there is nothing to order."""
    begun: list[Lane] | None = None
    """Takes the lane, if something is to wait for all lanes that began there."""

    def __init__(self, place: Place, kind: LaneKind) -> None:
        self.recorder = place.recorder
        self.record = place.record
        self.thread = 0
        self._origin = place.lane, place.recorder.tick(), kind

    def __getattr__(self, name: str) -> Lane:
        """Make the lane; a thread that asks at the same time gets the same one."""
        if name != "lane":
            raise AttributeError(name)
        made, self.is_used = Lane(*self._origin), True
        lane: Lane = vars(self).setdefault("lane", made)
        if lane is made and self.begun is not None:
            self.begun.append(lane)
        return lane


def spawner() -> Place | None:
    """Return the place of the code that spawns; `None` outside tests: such work can serve any test."""
    try:
        return here()
    except Exception as error:
        note_trouble(error)
        return None


def branch(place: Place, kind: LaneKind) -> Branch:
    """Open a lane for work that is spawned now."""
    if place.recorder.exchanges is not None:
        look(place)
    return Branch(place, kind)


@harmless
def look(place: Place) -> None:
    """Find out which loops the running code has left, before its lane spawns, sends or waits."""
    if place.recorder.exchanges is not None:
        place.recorder.exchanges.look(place.lane)


def in_lane(spawned: Place, work: Callable[..., Any]) -> Callable[..., Any]:
    """Return work that runs in the lane of a place, in whichever thread, below the span that encloses the place."""

    def carried(*args: Any, **kwargs: Any) -> Any:
        before, context = SPAWNED.place, CURRENT.get()
        SPAWNED.place = Place(spawned.recorder, spawned.record, spawned.lane)
        CURRENT.set(SPAWNED.place)  # work that it submits to other threads belongs to the same test
        try:
            return work(*args, **kwargs)
        finally:
            SPAWNED.place = before
            CURRENT.set(context)

    return carried


def attach(awaitable: Any, place: Place) -> None:
    """Attach the place of its code to a task, future or thread."""
    try:
        awaitable._pytest_traces_place = place
    except Exception:  # a task factory may return an object without attributes
        return


def use(awaitable: Any) -> None:
    """Let the end of a task or future order what comes after it, even if its own code does nothing."""
    place = place_of(awaitable)
    if isinstance(place, Branch):
        place.is_used = True


def place_of(awaitable: Any) -> Place | None:
    """Return the place that was attached."""
    try:
        place = getattr(awaitable, "_pytest_traces_place", None)
    except Exception as error:  # a class may answer for any attribute, in its own way
        note_trouble(error)
        return None
    return place if isinstance(place, Place) else None
