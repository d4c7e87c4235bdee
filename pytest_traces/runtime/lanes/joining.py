"""Watches joins: a lane awaits a task, gets the result of a future, joins a thread, leaves a group."""

from __future__ import annotations

import asyncio
import concurrent.futures
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

from pytest_traces.runtime.exchanges.channels import repeated_call
from pytest_traces.runtime.exchanges.races import race
from pytest_traces.runtime.exchanges.visits import own_place, sent_now
from pytest_traces.runtime.lanes.awaiting import Future, in_order, joined
from pytest_traces.runtime.recording.branches import Patch, attach, place_of

_ALL = "ALL_COMPLETED"
_Gathering: Any = asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
"""The future that `asyncio.gather` returns."""


def join_patches() -> list[Patch]:
    """Return the functions to replace while a recording is open, and their wrappers."""
    return [
        (threading.Thread, "join", _watched_join),
        (concurrent.futures.Future, "result", _watched_ask),
        (concurrent.futures.Future, "exception", _watched_ask),
        (concurrent.futures.Future, "set_result", _watched_answer),
        (concurrent.futures.Future, "set_exception", _watched_answer),
        (concurrent.futures._base, "DoneAndNotDoneFutures", _watched_wait_for_futures),
        (concurrent.futures._base, "_yield_finished_futures", _watched_as_completed),
        (asyncio.futures, "_chain_future", _watched_chain),
        (asyncio.tasks, "_wait", _watched_wait),
        (_Gathering, "__await__", _watched_gather),
        (asyncio.TaskGroup, "create_task", _watched_spawn_in_group),
        (asyncio.TaskGroup, "__aexit__", watched_leave(_join_group)),
    ]


def _watched_join(join: Callable[..., None]) -> Callable[..., None]:
    def watched(thread: threading.Thread, timeout: float | None = None) -> None:
        join(thread, timeout)
        joined((thread,))

    return watched


def _watched_ask(ask: Callable[..., Any]) -> Callable[..., Any]:
    def watched(future: Any, timeout: float | None = None) -> Any:
        try:
            return ask(future, timeout)
        finally:
            if in_order(future):
                joined((future,))

    return watched


def _watched_answer(answer: Callable[..., None]) -> Callable[..., None]:
    def watched(future: Any, outcome: Any) -> None:
        if place_of(future) is None:  # otherwise the lane of its work is recorded
            future._pytest_traces_sent = sent_now()
        answer(future, outcome)

    return watched


def _watched_wait_for_futures(found: Callable[..., Any]) -> Callable[..., Any]:
    """Watch the result class of `concurrent.futures.wait`: programs may have imported the function by name."""

    def watched(done: Any, not_done: Any) -> Any:
        place = own_place()
        return_when = sys._getframe(1).f_locals.get("return_when", _ALL)
        if place is not None and (not_done or return_when == "FIRST_COMPLETED") and len(done) + len(not_done) > 1:
            race([*done, *not_done], place, repeated_call(place, 1))
        else:
            joined(done)
        return found(done, not_done)

    return watched


def _watched_as_completed(finished: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    def watched(fs: Any, waiter: Any, ref_collect: Any) -> Iterator[Any]:
        place = own_place()
        if place is not None:
            race(ref_collect[0], place, repeated_call(place, 1))
        for future in finished(fs, waiter, ref_collect):
            joined((future,))
            handed = [future]
            del future  # the original keeps no reference to what it yields
            yield handed.pop()

    return watched


def watched_create_future(create_future: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the `create_future` of a loop whose futures know which lane set them."""

    def watched(loop: Any) -> Any:
        maker = str(sys._getframe(1).f_globals.get("__name__", ""))
        is_waker = maker.startswith(("asyncio.", "anyio.")) and maker != "asyncio.futures"
        return create_future(loop) if is_waker or own_place() is None else Future(loop=loop)

    return watched


def _watched_chain(chain: Callable[..., None]) -> Callable[..., None]:
    def watched(source: Any, destination: Any) -> None:
        place = place_of(source)
        if place is not None and place_of(destination) is None:
            attach(destination, place)
        chain(source, destination)

    return watched


def _watched_wait(wait: Callable[..., Any]) -> Callable[..., Any]:
    async def watched(fs: Any, timeout: float | None, return_when: str, loop: Any) -> Any:
        place = own_place() if len(fs) > 1 else None
        done, pending = await wait(fs, timeout, return_when, loop)
        if place is not None and (pending or return_when == "FIRST_COMPLETED"):
            race([*done, *pending], place, repeated_call(place, 1))
        else:
            joined(done)
            for one in done:
                if isinstance(one, _Gathering) and one._exception is None:  # a failed child ends a gathering early
                    joined(one._children)
        return done, pending

    return watched


def _watched_gather(wait: Callable[..., Any]) -> Callable[..., Any]:
    def watched(gathering: Any) -> Generator[Any, None, Any]:
        awaited = gathering._children
        try:
            return (yield from wait(gathering))
        except asyncio.CancelledError:  # comes when all children were cancelled, and are over
            raise
        except BaseException as error:  # raised at once: the other children may still run
            awaited = [child for child in awaited if getattr(child, "_exception", None) is error]
            raise
        finally:
            joined(awaited)

    return watched


def _watched_spawn_in_group(create_task: Callable[..., Any]) -> Callable[..., Any]:
    def watched(group: Any, coro: Any, **options: Any) -> Any:
        task = create_task(group, coro, **options)
        group.__dict__.setdefault("_pytest_traces_tasks", []).append(task)
        return task

    return watched


def _join_group(group: Any) -> None:
    joined(group.__dict__.pop("_pytest_traces_tasks", ()))


def watched_leave(end: Callable[[Any], None]) -> Callable[..., Any]:
    """Return a decorator for a coroutine function that leaves a group; `end` joins what the group began."""

    def decorate(leave: Callable[..., Any]) -> Callable[..., Any]:
        async def watched(group: Any, *trouble: Any) -> Any:
            try:
                return await leave(group, *trouble)
            finally:
                end(group)

        return watched

    return decorate
