"""Watches one task or thread wait for another, so that what had to be over is told from what was over by luck.

Whoever waits calls something here: awaits a task, asks a future for its result, joins a thread, leaves a group.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable, Generator, Iterable
from typing import Any

from pytest_traces.runtime.lanes.branching import Patch, attach, place_of
from pytest_traces.runtime.lanes.visiting import Taken
from pytest_traces.runtime.recording.place import Place, here


def joined(awaited: Iterable[Any]) -> None:
    """Note that the running code waited for these; one that still runs was given up, and says nothing."""
    waiter: Place | None = None
    for one in awaited:
        taken = getattr(one, "_pytest_traces_taken", None)
        if isinstance(taken, Taken):
            taken.visit()
        place = place_of(one)
        if place is None:
            continue
        waiter = waiter or here()
        if waiter is None or waiter.recorder is not place.recorder:
            return
        if not one.is_alive() if isinstance(one, threading.Thread) else one.done():
            waiter.lane.hear(place.lane, waiter.recorder.tick())


def over(places: Iterable[Place]) -> None:
    """Note that the running code waited until what runs in these places was over."""
    waiter: Place | None = None
    for place in places:
        waiter = waiter or here()
        if waiter is not None and waiter.recorder is place.recorder:
            waiter.lane.hear(place.lane, waiter.recorder.tick())


class _Waited:
    """What a task notes of those who wait for it."""

    def __await__(self) -> Generator[Any, None, Any]:
        try:
            return (yield from super().__await__())  # type: ignore[misc]
        finally:
            joined((self,))

    __iter__ = __await__

    def result(self) -> Any:
        if _in_order(self):
            joined((self,))
        return super().result()  # type: ignore[misc]

    def exception(self) -> Any:
        if _in_order(self):
            joined((self,))
        return super().exception()  # type: ignore[misc]


class Task(_Waited, asyncio.Task):  # type: ignore[type-arg]
    """A task that knows its lane."""


class Future(_Waited, asyncio.Future):  # type: ignore[type-arg]
    """What a loop waits on while a thread works."""


def _in_order(future: Any) -> bool:
    """Tell whether the running code is a task or plain code; callbacks of a loop run at any time."""
    if not future.done():
        return False
    loop = asyncio._get_running_loop()
    return loop is None or asyncio.current_task(loop) is not None


def join_patches() -> list[Patch]:
    """Return what to replace while a recording is open, and by what."""
    return [
        (threading.Thread, "join", _join_thread),
        (concurrent.futures.Future, "result", _ask),
        (concurrent.futures.Future, "exception", _ask),
        (concurrent.futures, "wait", _wait),
        (asyncio.futures, "wrap_future", _wrap_future),
        (asyncio, "wrap_future", _wrap_future),
        (asyncio.tasks, "_wait", _wait_for_some),
        (asyncio.tasks._GatheringFuture, "__await__", _gathered),  # type: ignore[attr-defined]
        (asyncio.TaskGroup, "create_task", _spawn_in_group),
        (asyncio.TaskGroup, "__aexit__", _leave_group),
    ]


def _join_thread(join: Callable[..., None]) -> Callable[..., None]:
    def watched(thread: threading.Thread, timeout: float | None = None) -> None:
        join(thread, timeout)
        joined((thread,))

    return watched


def _ask(ask: Callable[..., Any]) -> Callable[..., Any]:
    def watched(future: Any, timeout: float | None = None) -> Any:
        try:
            return ask(future, timeout)
        finally:
            if _in_order(future):
                joined((future,))

    return watched


def _wait(wait: Callable[..., Any]) -> Callable[..., Any]:
    def watched(fs: Iterable[Any], *args: Any, **options: Any) -> Any:
        outcome = wait(fs, *args, **options)
        joined(outcome.done)
        return outcome

    return watched


def _wait_for_some(wait: Callable[..., Any]) -> Callable[..., Any]:
    async def watched(*args: Any, **options: Any) -> Any:
        done, pending = await wait(*args, **options)
        joined(done)
        return done, pending

    return watched


def _wrap_future(wrap: Callable[..., Any]) -> Callable[..., Any]:
    def watched(future: Any, *, loop: Any = None) -> Any:
        place = place_of(future)
        if place is None or asyncio.isfuture(future):  # a task of the loop stays what it is
            return wrap(future, loop=loop)
        waiting = Future(loop=loop or asyncio.get_event_loop())
        attach(waiting, place)
        asyncio.futures._chain_future(future, waiting)  # type: ignore[attr-defined]
        return waiting

    return watched


def _gathered(wait: Callable[..., Any]) -> Callable[..., Any]:
    def watched(gathering: Any) -> Generator[Any, None, Any]:
        awaited = gathering._children
        try:
            return (yield from wait(gathering))
        except asyncio.CancelledError:  # comes when all children were cancelled, and are over
            raise
        except BaseException as error:  # comes at once: whether the other children are over is luck
            awaited = [child for child in awaited if getattr(child, "_exception", None) is error]
            raise
        finally:
            joined(awaited)

    return watched


def _spawn_in_group(create_task: Callable[..., Any]) -> Callable[..., Any]:
    def watched(group: Any, coro: Any, **options: Any) -> Any:
        task = create_task(group, coro, **options)
        group.__dict__.setdefault("_pytest_traces_tasks", []).append(task)
        return task

    return watched


def _leave_group(leave: Callable[..., Any]) -> Callable[..., Any]:
    async def watched(group: Any, *trouble: Any) -> Any:
        try:
            return await leave(group, *trouble)
        finally:
            joined(group.__dict__.pop("_pytest_traces_tasks", ()))

    return watched
