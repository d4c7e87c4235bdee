"""Which values are read while a block runs: an adapter reads none where nothing records."""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_READERS = "pytest_traces.runtime.values."


@contextmanager
def values_read() -> Iterator[list[str]]:
    """Collect the names of our functions that look into a value, in this thread and in those it starts."""
    found: list[str] = []

    def notice(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and str(frame.f_globals.get("__name__", "")).startswith(_READERS):
            found.append(frame.f_code.co_name)

    gc.collect()  # what an earlier test abandoned ends now, not while functions are noted
    before = sys.getprofile()
    threading.setprofile(notice)
    sys.setprofile(notice)
    try:
        yield found
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
