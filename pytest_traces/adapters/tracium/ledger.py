"""Which records stand for which of Tracium's traces and spans."""

from __future__ import annotations

from weakref import WeakValueDictionary

from pytest_traces.runtime.recording.recorder import Record, Recorder


class Ledger:
    """Finds the latest record of one of Tracium's ids within a test, for as long as the test lives."""

    def __init__(self) -> None:
        self._records: WeakValueDictionary[tuple[int, str], Record] = WeakValueDictionary()

    def keep(self, record: Record, key: str) -> None:
        """Remember a record by the id Tracium knows it by."""
        self._records[id(record.recorder), key] = record

    def find(self, recorder: Recorder, key: str | None) -> Record | None:
        """Return the latest record of an id."""
        return None if key is None else self._records.get((id(recorder), key))

    def fresh(self, recorder: Recorder, key: str) -> str:
        """Return a call id nobody has: programs may choose ids, and use one twice."""
        earlier = self.find(recorder, key)
        if earlier is None:
            return key
        count = earlier.call_id.removeprefix(key).removeprefix("#") or "1"
        return f"{key}#{int(count) + 1}"
