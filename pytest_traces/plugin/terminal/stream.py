"""The latest events of open recordings, as lines."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from pytest_traces.model.words.event_types import CHUNK, STAGE
from pytest_traces.model.words.signs import FAILURE
from pytest_traces.redaction.masking import redact
from pytest_traces.report.layout.figures import duration
from pytest_traces.wording import count

if TYPE_CHECKING:  # a session without traces loads no recorder
    from pytest_traces.runtime.recording.recorder import Notice, Record

_ROWS = 5
_UNSHOWN = frozenset({CHUNK, STAGE})


class EventStream:
    """Listens to recorders; keeps the latest rows, the time, and the number of events."""

    def __init__(self) -> None:
        self._began = 0.0
        self._events = 0
        self._rows: deque[str] = deque(maxlen=_ROWS)

    def begin(self) -> None:
        """Begin a test: drop older rows."""
        self._began = time.perf_counter()
        self._events = 0
        self._rows.clear()

    def lines(self) -> list[str]:
        """Return the rows, then the time since the test began; nothing before the first event."""
        if not self._rows:
            return []
        took = duration((time.perf_counter() - self._began) * 1_000)
        return [*self._rows.copy(), f"  {took} · {count(self._events, 'event')}"]

    def started(self, record: Record) -> None:
        """Show the begin of a step."""
        self._add(f"{record.type}.{record.name}")

    def noted(self, notice: Notice) -> None:
        """Show an event, as a retry; pieces of streams are skipped."""
        if notice.type not in _UNSHOWN:
            self._add(f"{notice.record.type}.{notice.record.name}", notice.type)

    def ended(self, record: Record) -> None:
        """Show a failed step."""
        if record.error is not None:
            self._add(f"{record.type}.{record.name}", f"{FAILURE} {record.error.type}: {record.error.message}")

    def _add(self, name: str, detail: str = "") -> None:
        self._events += 1
        row = f"  [{time.strftime('%H:%M:%S')}]  {name:<24} {detail}".rstrip()
        self._rows.append(_printable(redact(row)))


def _printable(text: str) -> str:
    """Return a text without control characters of terminals."""
    return "".join(character if character.isprintable() else "�" for character in text)
