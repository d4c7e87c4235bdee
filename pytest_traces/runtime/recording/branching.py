"""Opens lanes for work that begins elsewhere: in a task, a thread, a callback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_traces.model.lane import Lane, LaneKind
from pytest_traces.runtime.recording.context import CURRENT, SPAWNED, harmless, here, note_trouble
from pytest_traces.runtime.recording.recorder import Place

Patch = tuple[Any, str, Callable[[Any], Any]]
"""An owner, the name of its attribute, and a function from the original to its replacement."""


@harmless
def spawner() -> Place | None:
    """Return the place of the code that spawns; `None` outside tests: such work can serve any test."""
    return here()


def branch(place: Place, kind: LaneKind) -> Place:
    """Open a lane for work that is spawned now."""
    try:
        look(place)
        lane = Lane(place.lane, place.recorder.tick(), kind)
    except Exception as error:  # spawned work still belongs to this test
        note_trouble(error)
        lane = place.lane
    return Place(place.recorder, place.record, lane, 0)


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


@harmless
def place_of(awaitable: Any) -> Place | None:
    """Return the place that was attached."""
    place = getattr(awaitable, "_pytest_traces_place", None)
    return place if isinstance(place, Place) else None
