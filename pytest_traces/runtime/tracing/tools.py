"""`@trace_tool`: a function whose calls are steps, tried again where they fail (document 003)."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Callable, Mapping
from typing import Any, TypedDict, TypeVar, Unpack, overload

from pytest_traces.errors import TracesError
from pytest_traces.runtime.calls.around import around
from pytest_traces.runtime.calls.awaitables import comes_later
from pytest_traces.runtime.calls.signatures import kind_of, name_of, reader_of_arguments
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.context import CURRENT
from pytest_traces.runtime.recording.recorder import Place
from pytest_traces.runtime.tracing.checks import count_of, number_of, text_of
from pytest_traces.runtime.tracing.decorated import HandleStep, decorated
from pytest_traces.runtime.tracing.handle import SpanHandle
from pytest_traces.runtime.tracing.spans import SILENT, TraceHandle, span

F = TypeVar("F", bound=Callable[..., Any])

Backoff = float | Callable[[int], float]
"""Seconds to wait before another attempt; a function gets the number of the attempt that failed."""

GUARD = "retry_guard"
"""Name of the step between two attempts: the wait, and the decision to try again."""


class ToolOptions(TypedDict, total=False):
    """What `@trace_tool` takes."""

    name: str
    max_retries: int | None
    backoff: Backoff | None
    capture_input: bool
    capture_output: bool


def exponential(attempt: int) -> float:
    """Wait half a second after the first attempt, then twice as long each time, five seconds at most."""
    return min(0.5 * 2.0 ** (attempt - 1), 5.0)


@overload
def trace_tool(function: F, /) -> F:
    """Record each call, as plain `@trace_tool`."""


@overload
def trace_tool(**about: Unpack[ToolOptions]) -> Callable[[F], F]:
    """Record each call, as `@trace_tool(...)` with options."""


def trace_tool(function: Any = None, /, **about: Any) -> Any:
    """Record each call of a function as a step, and each attempt as a step of its own.

    >>> @trace_tool(max_retries=2, backoff=0.1)
    ... def get_weather(city):
    ...     return {"temp": 21}
    >>> get_weather("Paris")
    {'temp': 21}

    The last attempt's exception is raised. Retries work without a recorder too.
    """
    unknown = set(about) - set(ToolOptions.__annotations__)
    if unknown:
        raise TypeError(f"trace_tool() got an unexpected keyword argument {min(unknown)!r}")

    def decorate(made: Any) -> Any:
        return decorated(made, "trace_tool", lambda function: _wrapper(function, _Tool(function, **about)))

    return decorate(function) if function is not None else decorate


class _Tool:
    """How the calls of one function are recorded and tried again."""

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        name: str | None = None,
        max_retries: int | None = None,
        backoff: Backoff | None = None,
        capture_input: bool = True,
        capture_output: bool = True,
    ) -> None:
        self.name = text_of(name or name_of(function))
        self.max_retries = 0 if max_retries is None else count_of(f"max_retries of tool {self.name!r}", max_retries)
        self._backoff = exponential if backoff is None else backoff
        if not callable(self._backoff):
            self._backoff = number_of(f"backoff of tool {self.name!r}", self._backoff)
        self._capture_input = capture_input
        self._capture_output = capture_output
        self._arguments = reader_of_arguments(function)

    def open(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], failed: SpanHandle | None = None
    ) -> HandleStep | None:
        """Start the step of one attempt, after one that failed."""
        handle = span(span_type="tool", name=self.name)
        if handle is SILENT:
            return None
        if failed is not None:
            handle.retry_of = failed.call_id
        if self._capture_input:
            handle.record_input(self._arguments(args, kwargs))
        return HandleStep(handle, self._capture_output)

    def guard(self, attempt: int) -> tuple[SpanHandle, float]:
        """Decide to try again: returns the step between the attempts, and the seconds it lasts."""
        pause = self._backoff
        if callable(pause):
            pause = number_of(f"backoff of tool {self.name!r} after attempt {attempt}", pause(attempt))
        place = CURRENT.get()
        enclosing = place.record if isinstance(place, Place) else None
        run = next((one for one in upwards(enclosing) if isinstance(one, TraceHandle)), None)
        if run is not None:
            run.retry_count += 1
        about = {"next_attempt": attempt + 1, "backoff_ms": round(pause * 1e3, 2)}
        return span(span_type="retry", name=GUARD, metadata=about), pause


class _Attempts:
    """The attempts of one call: they belong together even if the arguments changed."""

    def __init__(self, tool: _Tool) -> None:
        self._tool = tool
        self._last: SpanHandle | None = None

    def open(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> HandleStep | None:
        """Start the step of the next attempt."""
        step = self._tool.open(args, kwargs, self._last)
        self._last = None if step is None else step.handle
        return step


def _wrapper(function: Callable[..., Any], tool: _Tool) -> Callable[..., Any]:
    if not tool.max_retries:
        return around(function, tool.open)
    kind = kind_of(function)
    if kind in ("generator", "async generator"):
        raise TracesError(f"tool {tool.name!r} streams: its pieces are out, so it can't be tried again")
    return functools.wraps(function)((_later if kind == "coroutine" else _now)(function, tool))


def _later(function: Callable[..., Any], tool: _Tool) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        again = functools.partial(around(function, _Attempts(tool).open), *args, **kwargs)
        return await _tried(tool, again, again())

    return call


def _now(function: Callable[..., Any], tool: _Tool) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        again = functools.partial(around(function, _Attempts(tool).open), *args, **kwargs)
        number = 0
        while True:
            number += 1
            try:
                result = again()
            except Exception:
                if number > tool.max_retries:
                    raise
            else:
                return _tried_later(tool, again, result, number) if comes_later(result) else result
            step, pause = tool.guard(number)
            with step:
                time.sleep(pause)

    return call


def _tried_later(tool: _Tool, again: Callable[[], Any], begun: Any, number: int) -> Any:
    """Retry after an awaited attempt failed; a task stays a task."""
    trying = _tried(tool, again, begun, number)
    return begun.get_loop().create_task(trying) if asyncio.isfuture(begun) else trying


async def _tried(tool: _Tool, again: Callable[[], Any], begun: Any, number: int = 1) -> Any:
    """Await an attempt that has begun, and further ones, until one succeeds."""
    while True:
        try:
            result = again() if begun is None else begun
            return await result if inspect.isawaitable(result) else result
        except Exception:
            if number > tool.max_retries:
                raise
        step, pause = tool.guard(number)
        with step:
            await asyncio.sleep(pause)
        begun, number = None, number + 1
