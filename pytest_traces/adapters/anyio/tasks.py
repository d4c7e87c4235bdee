"""anyio's task groups and worker threads on asyncio.

A worker thread runs many pieces of work, so each piece gets a lane of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anyio._backends._asyncio import AsyncIOBackend, TaskGroup

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.lanes.awaiting import joined
from pytest_traces.runtime.lanes.joining import watched_leave
from pytest_traces.runtime.recording.branches import attach, branch, in_lane
from pytest_traces.runtime.recording.context import here


def watch(made: Patches, source: Source) -> None:
    """Record which tasks a group spawns and joins, and the work of worker threads."""
    made.wrap(TaskGroup, "__aenter__", _watched_enter)
    made.wrap(TaskGroup, "__aexit__", watched_leave(_join))
    made.wrap(AsyncIOBackend, "run_sync_in_worker_thread", _watched_work)


class _Tasks(set[Any]):
    """The running tasks of a group; `spawned` keeps those that ended, too."""

    def __init__(self) -> None:
        super().__init__()
        self.spawned: list[Any] = []

    def add(self, task: Any) -> None:
        self.spawned.append(task)
        super().add(task)


def _watched_enter(enter: Callable[..., Any]) -> Callable[..., Any]:
    async def watched(group: Any) -> Any:
        group._tasks = _Tasks()
        return await enter(group)

    return watched


def _join(group: Any) -> None:
    if isinstance(group._tasks, _Tasks):  # else the group was entered before the adapter was switched on
        joined(group._tasks.spawned)


class _Work:
    """A piece of work for a thread, and whether it is over: the task that submitted it may be cancelled earlier."""

    def __init__(self, work: Callable[..., Any]) -> None:
        self._work = work
        self._over = False

    def __call__(self, *args: Any) -> Any:
        try:
            return self._work(*args)
        finally:
            self._over = True

    def done(self) -> bool:
        return self._over


def _watched_work(run: Callable[..., Any]) -> Callable[..., Any]:
    async def watched(backend: Any, func: Callable[..., Any], args: Any, *rest: Any, **options: Any) -> Any:
        place = here()
        if place is None:
            return await run(backend, func, args, *rest, **options)
        spawned = branch(place, "thread")
        work = _Work(in_lane(spawned, func))
        attach(work, spawned)
        try:
            return await run(backend, work, args, *rest, **options)
        finally:
            joined((work,))

    return watched
