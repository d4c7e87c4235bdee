"""Ids of the calls of one recording."""

from __future__ import annotations

import threading
from secrets import randbits

_SPREAD = 0x9E3779B97F4A7C15  # odd, so that no two calls of a recorder get the same id


class CallIds:
    """Gives each call of a recording an id of its own."""

    def __init__(self) -> None:
        self._seed = randbits(64)
        self._taken: dict[str, int] = {}
        self._lock = threading.Lock()

    def at(self, clock: int) -> str:
        """Return an id for the call that started at a logical time: 16 hex digits, as OpenTelemetry wants them."""
        return f"{(self._seed + clock * _SPREAD) & 0xFFFFFFFFFFFFFFFF:016x}"

    def free(self, wanted: str) -> str:
        """Return an id, or `id#2` if a span has it: a program may use one twice, two adapters may see one call."""
        with self._lock:
            count = self._taken[wanted] = self._taken.get(wanted, 0) + 1
        return wanted if count == 1 else f"{wanted}#{count}"
