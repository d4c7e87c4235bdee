"""anyio's task groups and worker threads: it has no spans, but it spawns what has, and waits for it.

Its worker threads are used again and again, so each piece of their work gets a lane of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pytest_traces.adapters.toolkit.patches import patches
from pytest_traces.runtime.lanes.joining import attach, joined
from pytest_traces.runtime.lanes.spawning import branch, in_lane
from pytest_traces.runtime.recording.place import here


@contextmanager
def capture() -> Iterator[Callable[[], None]]:
    """Note who waits for whom wherever a test records."""
    from anyio._backends._asyncio import AsyncIOBackend, TaskGroup

    with patches() as made:
        made.swap(TaskGroup, "__aenter__", _watched_enter(TaskGroup.__aenter__))
        made.swap(TaskGroup, "__aexit__", _watched_exit(TaskGroup.__aexit__))
        work = vars(AsyncIOBackend)["run_sync_in_worker_thread"].__func__
        made.swap(AsyncIOBackend, "run_sync_in_worker_thread", classmethod(_watched_work(work)))
        yield _nothing_to_forget


def _nothing_to_forget() -> None:
    """Forget nothing: what is noted hangs on the groups themselves."""


class _Tasks(set[Any]):
    """The tasks of a group that still run; those that ended are remembered too."""

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


def _watched_exit(leave: Callable[..., Any]) -> Callable[..., Any]:
    async def watched(group: Any, *trouble: Any) -> Any:
        try:
            return await leave(group, *trouble)
        finally:
            if isinstance(group._tasks, _Tasks):  # else it was entered before anybody watched
                joined(group._tasks.spawned)

    return watched


class _Work:
    """A piece of work for a thread, and whether it is over: whoever asked may have been cancelled meanwhile."""

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
