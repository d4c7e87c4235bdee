"""Replaces the functions that spawn, wait and exchange, while at least one recording is open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from pytest_traces.runtime.exchanges.events import event_patches
from pytest_traces.runtime.exchanges.queues import queue_patches
from pytest_traces.runtime.lanes.callbacks import callback_patches
from pytest_traces.runtime.lanes.joining import join_patches
from pytest_traces.runtime.lanes.loops import LOOPS, patches_of
from pytest_traces.runtime.lanes.processes import process_patches
from pytest_traces.runtime.lanes.spawning import spawn_patches
from pytest_traces.runtime.lanes.thread_pools import thread_pool_patches
from pytest_traces.runtime.recording.branches import Patch
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
                self._replace(_patches())

    def end(self) -> None:
        with self._lock:
            self._recordings -= 1
            while self._originals and not self._recordings:
                owner, name, original, own = self._originals.pop()
                if own:
                    setattr(owner, name, original)
                else:
                    delattr(owner, name)

    def add(self, loop: Any, timer: str) -> None:
        with self._lock:
            is_known = (loop, timer) in LOOPS  # one pytest session may run inside another
            LOOPS.append((loop, timer))
            if self._recordings and not is_known:
                self._replace(patches_of(loop, timer))

    def _replace(self, patches: Iterable[Patch]) -> None:
        for owner, name, watched in patches:
            original = getattr(owner, name)
            self._originals.append((owner, name, original, name in vars(owner)))
            setattr(owner, name, watched(original))


def _patches() -> Iterator[Patch]:
    yield from spawn_patches()
    yield from process_patches()
    yield from thread_pool_patches()
    for loop, timer in dict.fromkeys(LOOPS):
        yield from patches_of(loop, timer)
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


def watch_loop(loop: Any, timer: str) -> Callable[[], None]:
    """Watch a further class of loops, whose timers call one method; return a function that undoes this."""
    _WATCH.add(loop, timer)
    return partial(LOOPS.remove, (loop, timer))
