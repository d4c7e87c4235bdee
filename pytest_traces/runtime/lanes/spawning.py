"""Watches tasks and threads being spawned, so that order comes from causality and not from the clock."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from pytest_traces.model.lane import Lane, LaneKind
from pytest_traces.runtime.lanes.joining import Task, attach, joins
from pytest_traces.runtime.recording.place import CURRENT, OUTSIDE, SPAWNED, Place, here

Patch = tuple[Any, str, Callable[[Any], Any]]
"""An owner, the name of what it owns, and what makes the replacement out of the original."""


class _Watch:
    """Replaces functions while anybody watches: tests may run at the same time, and end in any order."""

    def __init__(self) -> None:
        self._watchers = 0
        self._lock = threading.Lock()
        self._originals: list[tuple[Any, str, Any, bool]] = []

    def begin(self) -> None:
        with self._lock:
            self._watchers += 1
            if self._watchers == 1:
                for owner, name, watch in [*_spawns(), *joins()]:
                    original = getattr(owner, name)
                    self._originals.append((owner, name, original, name in vars(owner)))
                    setattr(owner, name, watch(original))

    def end(self) -> None:
        with self._lock:
            self._watchers -= 1
            while self._originals and not self._watchers:
                owner, name, original, own = self._originals.pop()
                if own:
                    setattr(owner, name, original)
                else:
                    delattr(owner, name)


_WATCH = _Watch()


@contextmanager
def watching_spawns() -> Iterator[None]:
    """Stamp each task and thread spawned meanwhile with a lane, and note who waits for it."""
    _WATCH.begin()
    try:
        yield
    finally:
        _WATCH.end()


def _spawns() -> list[Patch]:
    return [
        (asyncio.BaseEventLoop, "create_task", _watched_create_task),
        (threading.Thread, "start", _watched_start),
        (ThreadPoolExecutor, "submit", _watched_submit),
    ]


def _spawner() -> Place | None:
    """Tell where the code that spawns stands; what belongs to no test stays free to serve whichever runs later."""
    place = here()
    return None if place is None or place.recorder is OUTSIDE.fallback else place


def _watched_create_task(create_task: Callable[..., Any]) -> Callable[..., Any]:
    def watched(
        loop: asyncio.BaseEventLoop, coro: Any, *, context: contextvars.Context | None = None, **options: Any
    ) -> Any:
        place = _spawner()
        if place is None:
            return create_task(loop, coro, **options, **({} if context is None else {"context": context}))
        spawned = branch(place, "task")
        if context is not None:
            options["context"] = context
            outside = context.get(CURRENT, OUTSIDE) is OUTSIDE
            if not _stamp(context, spawned):
                return create_task(loop, coro, **options)
        before = CURRENT.get()
        CURRENT.set(spawned)  # a task without a context copies this one
        try:
            task = create_task(loop, coro, **options) if loop.get_task_factory() else _task(loop, coro, options)
        finally:
            CURRENT.set(before)
        attach(task, spawned)
        if context is not None and outside:  # a runner's, perhaps, which outlives the test
            task.add_done_callback(lambda _: CURRENT.set(OUTSIDE), context=context)
        return task

    return watched


def _task(loop: asyncio.BaseEventLoop, coro: Any, options: dict[str, Any]) -> Task:
    loop._check_closed()  # type: ignore[attr-defined]
    return Task(coro, loop=loop, **options)


def _watched_start(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    def watched(thread: threading.Thread) -> None:
        place = _spawner()
        if place is not None:
            spawned = branch(place, "thread")
            thread.run = in_lane(spawned, thread.run)  # type: ignore[method-assign]
            attach(thread, spawned)
        start(thread)

    return watched


def _watched_submit(submit: Callable[..., Any]) -> Callable[..., Any]:
    def watched(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        place = _spawner()
        if place is None:
            return submit(pool, work, *args, **kwargs)
        spawned = branch(place, "thread")
        future = submit(pool, in_lane(spawned, work), *args, **kwargs)
        attach(future, spawned)
        return future

    return watched


def branch(place: Place, kind: LaneKind) -> Place:
    """Open a lane for what is spawned here and now."""
    lane = Lane(place.lane, place.recorder.tick(), kind)
    return Place(place.recorder, place.record, lane)


def _stamp(context: contextvars.Context, spawned: Place) -> bool:
    """Open a lane in a task's context; the span it was copied in still encloses the task."""
    place = context.get(CURRENT)
    enclosing = None
    if isinstance(place, Place):
        if place.recorder is spawned.recorder:
            enclosing = place.record
        elif not place.recorder.closed:
            return False
    try:
        context.run(CURRENT.set, Place(spawned.recorder, enclosing, spawned.lane))
    except RuntimeError:  # entered by somebody who goes on using it
        return False
    return True


def in_lane(spawned: Place, work: Callable[..., Any]) -> Callable[..., Any]:
    """Make the thread that will do this work know who spawned it. It still starts without a parent span."""

    def carried(*args: Any, **kwargs: Any) -> Any:
        before = SPAWNED.place
        SPAWNED.place = Place(spawned.recorder, None, spawned.lane)
        try:
            return work(*args, **kwargs)
        finally:
            SPAWNED.place = before
            if before is not None and before.recorder is spawned.recorder:
                spawned.lane.join(before.lane, spawned.recorder.tick())  # who joins this thread knows the work done

    return carried
