"""Standing inside a span that somebody else opens and closes."""

from __future__ import annotations

from pytest_traces.runtime.recording.place import CURRENT, Outside, Place
from pytest_traces.runtime.recording.recorder import Record


def step_in(record: Record) -> Place | Outside:
    """Let what runs from here on stand inside a span; returns where the code stood before."""
    before = CURRENT.get()
    CURRENT.set(record)
    return before


def step_out(record: Record, before: Place | Outside) -> None:
    """Stand again where the code stood before.

    Spans of other people's making may close out of order, or in another context: there nobody stands in them.
    """
    if CURRENT.get() is not record:
        return
    while isinstance(before, Record) and before.ended is not None:
        before = before.parent or Place(before.recorder, None, before.lane)
    CURRENT.set(before)
