"""Opens a lane for each callback of a loop or a future: it runs at some later time, in any thread."""

from __future__ import annotations

import concurrent.futures
import contextvars
from collections.abc import Callable
from typing import Any

from pytest_traces.runtime.lanes.awaiting import Callback, begun_in, closed, is_of_program
from pytest_traces.runtime.recording.branches import Patch, branch, in_lane, spawner
from pytest_traces.runtime.recording.context import CURRENT


def callback_patches() -> list[Patch]:
    """Return the functions to replace while a recording is open, and their wrappers."""
    return [
        (concurrent.futures.Future, "add_done_callback", _watched_done_callback),
    ]


def watched_call(call_soon: Callable[..., Any]) -> Callable[..., Any]:
    """Return the `call_soon` of a loop whose callbacks have lanes; steps of tasks bring a context and have one."""

    def watched(loop: Any, callback: Any, *args: Any, context: contextvars.Context | None = None) -> Any:
        if context is None:
            return _in_copied_context(loop, callback, call_soon, loop, callback, *args)
        if not args:  # the step of a task
            return call_soon(loop, callback, context=context)
        return call_soon(loop, callback, *args, context=context)

    return watched


def watched_timer(call_at: Callable[..., Any]) -> Callable[..., Any]:
    """Return the `call_at` or `call_later` of a loop whose callbacks have lanes."""

    def watched(loop: Any, when: float, callback: Any, *args: Any, context: contextvars.Context | None = None) -> Any:
        if context is not None:
            return call_at(loop, when, callback, *args, context=context)
        return _in_copied_context(loop, callback, call_at, loop, when, callback, *args)

    return watched


def _in_copied_context(loop: Any, callback: Any, call: Callable[..., Any], *args: Any) -> Any:
    """Call a function that copies the context, with the callback's place in that context."""
    place = spawner() if is_of_program(callback) else None
    if place is None:
        return call(*args)
    before = CURRENT.get()
    CURRENT.set(begun_in(loop, branch(place, "task")))
    try:
        return call(*args)
    finally:
        CURRENT.set(before)


def watched_call_from_thread(call_soon_threadsafe: Callable[..., Any]) -> Callable[..., Any]:
    """Return the `call_soon_threadsafe` of a loop; the lane is kept in other copied contexts, as anyio uses them."""

    def watched(loop: Any, callback: Any, *args: Any, context: contextvars.Context | None = None) -> Any:
        place = spawner()
        if place is not None:
            callback = in_lane(begun_in(loop, branch(place, "task")), callback)
        return call_soon_threadsafe(loop, callback, *args, **({} if context is None else {"context": context}))

    return watched


def _watched_done_callback(add_done_callback: Callable[..., None]) -> Callable[..., None]:
    def watched(future: Any, function: Callable[[Any], Any]) -> None:
        place = spawner()
        if place is not None:
            function = Callback(function, branch(place, "thread"), None)
            getattr(future, "_pytest_traces_pool", []).append(function.place)
        add_done_callback(future, function)

    return watched


def watched_close(close: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return the `close` of a loop, which ends all work that began in it."""

    def watched(loop: Any) -> None:
        close(loop)
        closed(loop)

    return watched
