"""Gives each call of a `multiprocessing.pool.ThreadPool` a lane of its own: which worker takes it is luck."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from pytest_traces.runtime.lanes.awaiting import over
from pytest_traces.runtime.recording.branches import Patch, branch, in_lane, spawner
from pytest_traces.runtime.recording.recorder import Place

_SUBMITTING = ("apply_async", "_map_async", "imap", "imap_unordered")
"""Through these goes every call of the pool."""


def thread_pool_patches() -> list[Patch]:
    """Return the functions to replace while a recording is open; a program without such pools imports nothing."""
    pools = sys.modules.get("multiprocessing.pool")
    if pools is None:
        return []
    return [*((pools.ThreadPool, name, _watched_submit) for name in _SUBMITTING), (pools.ApplyResult, "wait", _waited)]


def _watched_submit(submit: Callable[..., Any]) -> Callable[..., Any]:
    def watched(pool: Any, work: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
        place = spawner()
        if place is None:
            return submit(pool, work, *args, **options)
        submitted, calls = branch(place, "thread"), list[Place]()

        def call(*given: Any, **named: Any) -> Any:
            place = branch(submitted, "thread")
            calls.append(place)
            return in_lane(place, work)(*given, **named)

        result = submit(pool, call, *args, **options)
        result._pytest_traces_places = calls
        return result

    return watched


def _waited(wait: Callable[..., None]) -> Callable[..., None]:
    """Record that what follows `get()` or `wait()` comes after the calls of a result."""

    def watched(result: Any, timeout: float | None = None) -> None:
        wait(result, timeout)
        if result.ready():
            over(vars(result).pop("_pytest_traces_places", ()))

    return watched
