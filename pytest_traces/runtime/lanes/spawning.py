"""Gives each task, thread and piece of pool work a lane of its own, below its starter's lane."""

from __future__ import annotations

import asyncio
import concurrent.futures.thread
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pytest_traces.runtime.lanes.awaiting import Task, begun_in, over
from pytest_traces.runtime.recording.branches import Patch, attach, branch, in_lane, spawner
from pytest_traces.runtime.recording.context import CURRENT, OUTSIDE
from pytest_traces.runtime.recording.recorder import Place


def spawn_patches() -> list[Patch]:
    """Return the functions to replace while a recording is open, and their wrappers."""
    return [
        (threading.Thread, "start", _watched_start),
        (ThreadPoolExecutor, "submit", _watched_submit),
        (ThreadPoolExecutor, "shutdown", _watched_shutdown),
    ]


def watched_create_task(create_task: Callable[..., Any]) -> Callable[..., Any]:
    """Return the `create_task` of a loop that gives each task a lane."""

    def watched(
        loop: asyncio.AbstractEventLoop, coro: Any, *, context: contextvars.Context | None = None, **options: Any
    ) -> Any:
        place = spawner()
        if place is None:
            return create_task(loop, coro, **options, **({} if context is None else {"context": context}))
        spawned = begun_in(loop, branch(place, "task"))
        if context is not None:
            options["context"] = context
            outside = context.get(CURRENT, OUTSIDE) is OUTSIDE
            if not _stamp(context, spawned):
                return create_task(loop, coro, **options)
        before = CURRENT.get()
        CURRENT.set(spawned)  # a task without a context copies this one
        try:
            if loop.get_task_factory() is None:
                task = _task(loop, coro, options)
                task._pytest_traces_place = spawned
            else:
                task = create_task(loop, coro, **options)
                attach(task, spawned)
        finally:
            CURRENT.set(before)
        if context is not None and outside:  # the context of a runner may outlive the test
            task.add_done_callback(lambda _: CURRENT.set(OUTSIDE), context=context)
        return task

    return watched


def _task(loop: asyncio.AbstractEventLoop, coro: Any, options: dict[str, Any]) -> Task:
    if loop.is_closed():
        raise RuntimeError("Event loop is closed")
    return Task(coro, loop=loop, **options)


def _stamp(context: contextvars.Context, spawned: Place) -> bool:
    """Open a lane in a task's context; the span in which the context was copied still encloses the task."""
    place = context.get(CURRENT)
    enclosing = None
    if isinstance(place, Place):
        if place.recorder is spawned.recorder:
            enclosing = place.record
        elif not place.recorder.closed:
            return False
    try:
        context.run(CURRENT.set, Place(spawned.recorder, enclosing, spawned.lane, 0))
    except RuntimeError:  # the context is entered already
        return False
    return True


def _watched_start(start: Callable[[threading.Thread], None]) -> Callable[[threading.Thread], None]:
    def watched(thread: threading.Thread) -> None:
        place = None if _works_for_a_pool(thread) else spawner()
        if place is not None:
            spawned = branch(place, "thread")
            no_context = Place(spawned.recorder, None, spawned.lane)
            thread.run = in_lane(no_context, thread.run)  # type: ignore[method-assign]
            attach(thread, spawned)
        start(thread)

    return watched


def _works_for_a_pool(thread: threading.Thread) -> bool:
    """Return whether a thread is a worker of a pool: each submitted piece has its own lane."""
    return getattr(thread, "_target", None) is concurrent.futures.thread._worker


def _watched_submit(submit: Callable[..., Any]) -> Callable[..., Any]:
    def watched(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        place = spawner()
        if place is None:
            return submit(pool, work, *args, **kwargs)
        spawned = branch(place, "thread")
        future = submit(pool, in_lane(spawned, work), *args, **kwargs)
        attach(future, spawned)
        future._pytest_traces_pool = _note_submitted(pool, spawned)
        return future

    return watched


def _note_submitted(pool: ThreadPoolExecutor, spawned: Place) -> list[Place]:
    places = vars(pool).setdefault("_pytest_traces_places", [])
    if places and places[0].recorder.closed:  # a pool may outlive many tests
        places[:] = [place for place in places if not place.recorder.closed]
    places.append(spawned)
    return places  # type: ignore[no-any-return]


def _watched_shutdown(shutdown: Callable[..., None]) -> Callable[..., None]:
    def watched(pool: ThreadPoolExecutor, wait: bool = True, **options: Any) -> None:
        shutdown(pool, wait, **options)
        if wait:
            over(vars(pool).pop("_pytest_traces_places", ()))

    return watched
