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
from pytest_traces.runtime.place import CURRENT, SPAWNED, Place, here


@contextmanager
def watching_spawns() -> Iterator[None]:
    """Stamp each task and thread spawned meanwhile with a lane; nestable, restored on the way out."""
    create_task, start, submit = asyncio.BaseEventLoop.create_task, threading.Thread.start, ThreadPoolExecutor.submit

    def watched_create_task(
        loop: asyncio.BaseEventLoop, coro: Any, *, context: contextvars.Context | None = None, **options: Any
    ) -> Any:
        if context is not None:
            _stamp(context)
            return create_task(loop, coro, context=context, **options)
        place = CURRENT.get()
        if not isinstance(place, Place):
            return create_task(loop, coro, **options)
        CURRENT.set(_branch(place, "task"))  # the task copies the context while this is set
        try:
            return create_task(loop, coro, **options)
        finally:
            CURRENT.set(place)

    def watched_start(thread: threading.Thread) -> None:
        place = here()
        if place is not None:
            thread.run = _in_lane(_branch(place, "thread"), thread.run)  # type: ignore[method-assign]
        start(thread)

    def watched_submit(pool: ThreadPoolExecutor, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        place = here()
        carried = work if place is None else _in_lane(_branch(place, "thread"), work)
        return submit(pool, carried, *args, **kwargs)

    _patch(watched_create_task, watched_start, watched_submit)
    try:
        yield
    finally:
        _patch(create_task, start, submit)


def _patch(create_task: Any, start: Any, submit: Any) -> None:
    asyncio.BaseEventLoop.create_task = create_task  # type: ignore[method-assign]
    threading.Thread.start = start  # type: ignore[method-assign]
    ThreadPoolExecutor.submit = submit  # type: ignore[method-assign]


def _branch(place: Place, kind: LaneKind) -> Place:
    lane = Lane(place.lane, place.recorder.tick(), kind)
    return Place(place.recorder, place.record, lane)


def _stamp(context: contextvars.Context) -> None:
    """Open a lane in a context made for one task; a context in use, or shared by a runner, keeps its lane."""
    place = CURRENT.get()
    if isinstance(place, Place) and context.get(CURRENT) is place:
        try:
            context.run(CURRENT.set, _branch(place, "task"))
        except RuntimeError:  # already entered
            return


def _in_lane(spawned: Place, work: Callable[..., Any]) -> Callable[..., Any]:
    """Make the thread that will do this work know who spawned it. It still starts without a parent span."""

    def carried(*args: Any, **kwargs: Any) -> Any:
        before = SPAWNED.place
        SPAWNED.place = Place(spawned.recorder, None, spawned.lane)
        try:
            return work(*args, **kwargs)
        finally:
            SPAWNED.place = before

    return carried
