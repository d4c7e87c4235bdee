"""Calls of plain functions that give what is awaited later: the span ends with what they started, not with them."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Generator
from contextlib import ExitStack
from types import GeneratorType
from typing import Any

from pytest_traces.runtime.lanes.joining import place_of
from pytest_traces.runtime.recording.place import here
from pytest_traces.runtime.tracing.handle import SpanHandle
from pytest_traces.runtime.tracing.spans import SILENT

Keep = Callable[[SpanHandle, Any], None]
"""Records what a call gave."""


def comes_later(result: Any) -> bool:
    """Tell whether a result is there only when awaited; what is entered or iterated over too is a value itself."""
    kind = type(result)
    if not hasattr(kind, "__await__") and kind is not GeneratorType:  # most results: asking `inspect` is dear
        return False
    return inspect.isawaitable(result) and not (hasattr(kind, "__aenter__") or hasattr(kind, "__aiter__"))


def ended_later(handle: SpanHandle, result: Any, keep: Keep) -> Any:
    """Keep a span open until what was called in it is over; returns what the program awaits instead."""
    if handle is SILENT:
        return result
    handle.hold()
    if asyncio.isfuture(result):
        return _end_with(handle, result, keep)
    return awaited(handle, result, keep) if inspect.iscoroutine(result) else _Awaited(handle, result, keep)


async def awaited(handle: SpanHandle, result: Awaitable[Any], keep: Keep) -> Any:
    """Await inside a span that was held open, and end it."""
    with ExitStack() as stack:
        handle.resume(here())
        handle.step_in()
        stack.push(handle)
        given = await result
        keep(handle, given)
        return given


class _Awaited:
    """An awaitable of a kind of its own: it keeps whatever else it can do."""

    def __init__(self, handle: SpanHandle, result: Any, keep: Keep) -> None:
        self._handle = handle
        self._result = result
        self._keep = keep

    def __await__(self) -> Generator[Any, Any, Any]:
        return awaited(self._handle, self._result, self._keep).__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)


def _end_with(handle: SpanHandle, future: asyncio.Future[Any], keep: Keep) -> asyncio.Future[Any]:
    """End a span when a task is over; whoever holds the task must go on holding that very one."""

    def end(over: asyncio.Future[Any]) -> None:
        handle.resume(place_of(over))
        error: BaseException | None = asyncio.CancelledError() if over.cancelled() else over.exception()
        if error is None:
            keep(handle, over.result())
        handle.__exit__(None if error is None else type(error), error, None)

    if future.done():
        end(future)
    else:
        future.add_done_callback(end)
    return future
