"""trio's nurseries, threads, channels and events: trio has no spans, but it spawns tasks and waits for them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from operator import attrgetter
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary, ref

import trio
from trio import _threads
from trio._core import _run

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.exchanges.events import watched_async_wait, watched_set
from pytest_traces.runtime.exchanges.queues import watched_get_nowait, watched_send, watched_send_nowait, watched_wait
from pytest_traces.runtime.lanes.awaiting import over
from pytest_traces.runtime.lanes.joining import watched_leave
from pytest_traces.runtime.recording.branches import branch, in_lane, spawner
from pytest_traces.runtime.recording.context import CURRENT
from pytest_traces.runtime.recording.recorder import Place

_STATE = attrgetter("_state")
"""The state that all ends of a memory channel share."""


def watch(made: Patches, source: Source) -> None:
    """Record which lanes trio spawns and joins, and which items they exchange."""
    made.wrap(_run.Runner, "spawn_impl", _watched_spawn)
    made.wrap(_run.Runner, "close", _watched_close)
    made.wrap(_run.Nursery, "_nested_child_finished", watched_leave(_join))
    made.wrap(_threads, "start_thread_soon", _watched_thread)
    made.wrap(trio.Event, "set", watched_set)
    made.wrap(trio.Event, "wait", watched_async_wait)
    send, receive = trio.MemorySendChannel.send, trio.MemoryReceiveChannel.receive
    made.wrap(trio.MemorySendChannel, "send", watched_send(_STATE))
    made.wrap(trio.MemorySendChannel, "send_nowait", watched_send_nowait(send, _STATE))
    made.wrap(trio.MemoryReceiveChannel, "receive", watched_wait(_STATE))
    made.wrap(trio.MemoryReceiveChannel, "receive_nowait", watched_get_nowait(receive, _STATE))


_SPAWNED: WeakKeyDictionary[Any, list[tuple[Any, Place]]] = WeakKeyDictionary()
"""The tasks that each nursery and each run spawned, by weak references, and their places."""


def _note(owner: Any, task: Any, place: Place) -> None:
    if owner is not None:
        _SPAWNED.setdefault(owner, []).append((ref(task), place))


def _watched_spawn(spawn: Callable[..., Any]) -> Callable[..., Any]:
    def watched(runner: Any, function: Any, args: Any, nursery: Any, *name: Any, **options: Any) -> Any:
        place = None if options.get("system_task") else spawner()
        if place is None:
            return spawn(runner, function, args, nursery, *name, **options)
        spawned, before = branch(place, "task"), CURRENT.get()
        if options.get("context") is not None:
            options["context"].run(CURRENT.set, spawned)
        CURRENT.set(spawned)  # a task without a context copies this one
        try:
            task = spawn(runner, function, args, nursery, *name, **options)
        finally:
            CURRENT.set(before)
        _note(runner, task, spawned)
        _note(nursery, task, spawned)
        return task

    return watched


def _watched_close(close: Callable[[Any], None]) -> Callable[[Any], None]:
    def watched(runner: Any) -> None:
        close(runner)
        over(place for _, place in _SPAWNED.pop(runner, ()))

    return watched


def _join(nursery: Any) -> None:
    spawned = _SPAWNED.pop(nursery, [])
    over(place for _, place in spawned)
    for task, place in spawned:
        if task() is not None and task().parent_nursery is not nursery:  # `Nursery.start` moves what has begun
            _note(task().parent_nursery, task(), place)


def _watched_thread(start: Callable[..., None]) -> Callable[..., None]:
    def watched(work: Callable[[], Any], deliver: Callable[[Any], object], *args: Any) -> None:
        place = spawner()
        waiting = _waiting()
        if place is None:
            return start(work, deliver, *args)
        spawned = branch(place, "thread")

        def delivered(result: Any) -> None:
            if waiting[0] is not None:  # else the task was cancelled and goes on
                place.lane.hear(spawned.lane, place.recorder.tick())
            deliver(result)

        return start(in_lane(spawned, work), delivered, *args)

    return watched


def _waiting() -> list[Any]:
    """Return trio's list with the task that waits for a thread; it holds `None` if the task was cancelled."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code is not trio.to_thread.run_sync.__code__:
        frame = frame.f_back
    return [None] if frame is None else frame.f_locals["task_register"]
