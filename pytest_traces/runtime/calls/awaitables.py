"""Plain functions that return an awaitable: the span ends when the awaitable does."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Generator
from types import GeneratorType
from typing import Any

from pytest_traces.runtime.calls.step import Step
from pytest_traces.runtime.recording.branches import place_of
from pytest_traces.runtime.recording.context import here


def comes_later(result: Any) -> bool:
    """Return whether a result is only awaitable; an object that can also be entered or iterated is a value."""
    kind = type(result)
    if not hasattr(kind, "__await__") and kind is not GeneratorType:  # most results: `inspect` is slower
        return False
    return inspect.isawaitable(result) and not (hasattr(kind, "__aenter__") or hasattr(kind, "__aiter__"))


def end_later(step: Step, result: Any) -> Any:
    """Leave a span open until its awaitable ends; return the awaitable that the program gets instead."""
    step.step_out()
    if asyncio.isfuture(result):
        return _end_with(step, result)
    return awaited(step, result) if inspect.iscoroutine(result) else _Awaited(step, result)


async def awaited(step: Step, result: Awaitable[Any]) -> Any:
    """Await inside a span that was left open, and end it."""
    step.move_to(here())
    step.step_in()
    try:
        given = await result
        step.end(given)
    except BaseException as error:
        step.fail(error)
        raise
    return given


class _Awaited:
    """Wraps an awaitable of any class: `isinstance` and other methods still work."""

    def __init__(self, step: Step, result: Any) -> None:
        self._step = step
        self._result = result

    @property  # type: ignore[misc]  # what a proxy says it is, as mocks do
    def __class__(self) -> Any:
        return type(self._result)

    def __await__(self) -> Generator[Any, Any, Any]:
        return awaited(self._step, self._result).__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._result, name)


def _end_with(step: Step, future: asyncio.Future[Any]) -> asyncio.Future[Any]:
    """End a span when a task is over; the program keeps that very task."""

    def end(over: asyncio.Future[Any]) -> None:
        step.move_to(place_of(over))
        if over.cancelled():
            step.fail(asyncio.CancelledError())
            return
        error = over.exception()
        if error is None:
            step.end(over.result())
        else:
            step.fail(error)

    if future.done():
        end(future)
    else:
        future.add_done_callback(end)
    return future
