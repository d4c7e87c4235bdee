"""Finds readings of values during a block: an adapter reads none while no recorder is open."""

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
    """Collect the names of our functions that read a value, in this thread and in threads that it starts."""
    found: list[str] = []

    def notice(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and str(frame.f_globals.get("__name__", "")).startswith(_READERS):
            found.append(frame.f_code.co_name)

    gc.collect()  # objects of earlier tests are finalised now, and not while calls are observed
    before = sys.getprofile()
    threading.setprofile(notice)
    sys.setprofile(notice)
    try:
        yield found
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
