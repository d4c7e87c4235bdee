"""Replaces the methods of an event loop that start work: those of asyncio, and those of loops of other packages."""

from __future__ import annotations

import asyncio
from typing import Any

from pytest_traces.runtime.lanes.callbacks import watched_call, watched_call_from_thread, watched_close, watched_timer
from pytest_traces.runtime.lanes.joining import watched_create_future
from pytest_traces.runtime.lanes.spawning import watched_create_task
from pytest_traces.runtime.recording.branches import Patch

LOOPS: list[tuple[Any, str]] = [(asyncio.BaseEventLoop, "call_at")]
"""Classes of loops, and the method of each that the other timers call."""


def patches_of(loop: Any, timer: str) -> list[Patch]:
    """Return the methods of a class of loops to replace while a recording is open, and their wrappers."""
    return [
        (loop, "create_task", watched_create_task),
        (loop, "create_future", watched_create_future),
        (loop, "call_soon", watched_call),
        (loop, timer, watched_timer),
        (loop, "call_soon_threadsafe", watched_call_from_thread),
        (loop, "close", watched_close),
    ]
