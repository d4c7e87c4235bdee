"""The calls that are being recorded."""

from __future__ import annotations

from weakref import WeakValueDictionary

from pytest_traces.runtime.recording.recorder import Record


class Calls(WeakValueDictionary[str, Record]):
    """The records of calls, by Timbal's call id, for as long as their test lives."""
