"""The clock of recordings."""

from __future__ import annotations

import time
from time import perf_counter

EPOCH_MS = time.time() * 1e3 - perf_counter() * 1e3
"""What to add to `perf_counter() * 1e3` to get Unix milliseconds that never run backwards."""


def now_ms() -> float:
    """Return Unix milliseconds that never run backwards."""
    return EPOCH_MS + perf_counter() * 1e3
