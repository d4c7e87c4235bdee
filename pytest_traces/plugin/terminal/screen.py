"""Shows a few lines below the cursor of a terminal; lines above them stay unchanged."""

from __future__ import annotations

import os
from _thread import allocate_lock
from collections.abc import Sequence
from contextlib import suppress

_WRAP_OFF, _WRAP_ON = "\x1b[?7l", "\x1b[?7h"
_CLEAR_LINE, _CLEAR_BELOW = "\x1b[2K", "\x1b[J"


class Screen:
    """Draws below the cursor; the cursor stays where it is."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = allocate_lock()  # a lock of `threading` would be observed in recordings
        self._column: int | None = None
        self._is_drawn = False

    def open(self, column: int) -> None:
        """Allow drawing; the cursor is in this column."""
        with self._lock:
            self._column = column

    def draw(self, lines: Sequence[str]) -> None:
        """Draw lines in place of those before; nothing is drawn while the screen is closed."""
        with self._lock:
            if self._column is not None and lines:
                rows = "".join(f"\n\r{_CLEAR_LINE}{line}" for line in lines)
                self._write(f"{_WRAP_OFF}{rows}\x1b[{len(lines)}A\x1b[{self._column + 1}G{_WRAP_ON}")
                self._is_drawn = True

    def close(self) -> None:
        """Clear the drawn lines."""
        with self._lock:
            if self._is_drawn:
                self._write(_CLEAR_BELOW)
            self._column, self._is_drawn = None, False

    def _write(self, text: str) -> None:
        with suppress(OSError):  # the terminal was closed while tests run
            os.write(self._descriptor, text.encode("utf-8", "replace"))
