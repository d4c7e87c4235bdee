"""Replaces what spawns, waits and hands work over, as long as at least one recording is open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pytest_traces.runtime.exchanges.events import event_patches
from pytest_traces.runtime.exchanges.queues import queue_patches
from pytest_traces.runtime.lanes.callbacks import callback_patches
from pytest_traces.runtime.lanes.joining import join_patches
from pytest_traces.runtime.lanes.spawning import spawn_patches
from pytest_traces.runtime.recording.branching import Patch
from pytest_traces.runtime.recording.evidence import evidence_patches


class _Watch:
    """Counts the open recordings: the first one replaces the functions, the last one restores them."""

    def __init__(self) -> None:
        self._recordings = 0
        self._lock = threading.Lock()
        self._originals: list[tuple[Any, str, Any, bool]] = []

    def begin(self) -> None:
        with self._lock:
            self._recordings += 1
            if self._recordings == 1:
                for owner, name, watched in _patches():
                    original = getattr(owner, name)
                    self._originals.append((owner, name, original, name in vars(owner)))
                    setattr(owner, name, watched(original))

    def end(self) -> None:
        with self._lock:
            self._recordings -= 1
            while self._originals and not self._recordings:
                owner, name, original, own = self._originals.pop()
                if own:
                    setattr(owner, name, original)
                else:
                    delattr(owner, name)


def _patches() -> Iterator[Patch]:
    yield from spawn_patches()
    yield from callback_patches()
    yield from join_patches()
    yield from queue_patches()
    yield from event_patches()
    yield from evidence_patches()


_WATCH = _Watch()


@contextmanager
def watching() -> Iterator[None]:
    """Give each task, thread, callback and item a lane or an owner while the block runs."""
    _WATCH.begin()
    try:
        yield
    finally:
        _WATCH.end()
