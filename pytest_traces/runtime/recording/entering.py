"""Enters and leaves spans that other code opens and closes."""

from __future__ import annotations

from threading import get_ident

from pytest_traces.runtime.recording.context import CURRENT, Outside, here
from pytest_traces.runtime.recording.recorder import Place, Record


def step_in(record: Record) -> Place | Outside:
    """Make a span enclose the code that runs next, in its own lane; return the place before."""
    before = CURRENT.get()
    if before.lane is record.lane and before.thread == get_ident():  # nearly always
        CURRENT.set(record)
        return before
    place = here()
    before = CURRENT.get()
    is_elsewhere = place is not None and place.recorder is record.recorder and place.lane is not record.lane
    CURRENT.set(Place(record.recorder, record, place.lane) if place is not None and is_elsewhere else record)
    return before


def is_in(record: Record) -> bool:
    """Return whether a span is the innermost one that encloses the running code."""
    place = CURRENT.get()
    return isinstance(place, Place) and place.record is record


def step_out(record: Record, before: Place | Outside) -> None:
    """Restore the place before a span; no effect if the span is not the innermost one here.

    Spans of frameworks may close out of order, or in another context: that context is not inside them.
    """
    if CURRENT.get() is not record and not is_in(record):
        return
    while isinstance(before, Record) and before.ended is not None:
        before = before.parent or Place(before.recorder, None, before.lane)
    CURRENT.set(before)
