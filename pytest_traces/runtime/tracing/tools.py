"""`@trace_tool`: a function whose calls are steps, tried again where they fail (document 003)."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypedDict, TypeVar, Unpack, overload

from pytest_traces.errors import TracesError
from pytest_traces.runtime.recording.place import CURRENT, Place
from pytest_traces.runtime.tracing.awaiting import comes_later, ended_later
from pytest_traces.runtime.tracing.calls import coded, decorated, name_of, reader_of_arguments, relay, relay_async
from pytest_traces.runtime.tracing.checks import count_of, number_of, text_of
from pytest_traces.runtime.tracing.handle import SpanHandle, above
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

    The last attempt's exception is raised. Retries work also where nobody records.
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
        self.capture_output = capture_output
        self._arguments = reader_of_arguments(function)

    def opened(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> SpanHandle:
        """Return the step of one attempt."""
        handle = span(span_type="tool", name=self.name)
        if self._capture_input and handle is not SILENT:
            handle.record_input(self._arguments(args, kwargs))
        return handle

    def keep(self, handle: SpanHandle, result: Any) -> None:
        """Record what an attempt gave."""
        if self.capture_output:
            handle.record_output(result)

    def guard(self, attempt: int) -> tuple[SpanHandle, float]:
        """Decide to try again: returns the step between the attempts, and the seconds it lasts."""
        pause = self._backoff
        if callable(pause):
            pause = number_of(f"backoff of tool {self.name!r} after attempt {attempt}", pause(attempt))
        place = CURRENT.get()
        enclosing = place.record if isinstance(place, Place) else None
        run = next((one for one in above(enclosing) if isinstance(one, TraceHandle)), None)
        if run is not None:
            run.retry_count += 1
        about = {"next_attempt": attempt + 1, "backoff_ms": round(pause * 1e3, 2)}
        return span(span_type="retry", name=GUARD, metadata=about), pause


def _wrapper(function: Callable[..., Any], tool: _Tool) -> Callable[..., Any]:
    code = coded(function)
    if inspect.isgeneratorfunction(code) or inspect.isasyncgenfunction(code):
        return _streaming(function, tool)
    return _later(function, tool) if inspect.iscoroutinefunction(code) else _now(function, tool)


def _streaming(function: Callable[..., Any], tool: _Tool) -> Callable[..., Any]:
    if tool.max_retries:
        raise TracesError(f"tool {tool.name!r} streams: its pieces are out, so it can't be tried again")
    relayed: Any = relay_async if inspect.isasyncgenfunction(coded(function)) else relay

    @functools.wraps(function)
    def pieces(*args: Any, **kwargs: Any) -> Any:
        handle = tool.opened(args, kwargs)
        made = function(*args, **kwargs)
        return made if handle is SILENT else relayed(handle, made, tool.capture_output)

    return pieces


def _later(function: Callable[..., Any], tool: _Tool) -> Callable[..., Any]:
    @functools.wraps(function)
    async def later(*args: Any, **kwargs: Any) -> Any:
        return await _tried(tool, functools.partial(_attempt, function, tool, args, kwargs))

    return later


async def _attempt(function: Callable[..., Any], tool: _Tool, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    with tool.opened(args, kwargs) as handle:
        result = function(*args, **kwargs)
        if inspect.isawaitable(result):
            result = await result
        tool.keep(handle, result)
        return result


async def _tried(
    tool: _Tool, attempt: Callable[[], Awaitable[Any]], first: Awaitable[Any] | None = None, number: int = 1
) -> Any:
    """Await attempts until one succeeds; the first one may have begun."""
    while True:
        try:
            return await (attempt() if first is None else first)
        except Exception:
            if number > tool.max_retries:
                raise
        step, pause = tool.guard(number)
        with step:
            await asyncio.sleep(pause)
        first, number = None, number + 1


def _now(function: Callable[..., Any], tool: _Tool) -> Callable[..., Any]:
    @functools.wraps(function)
    def now(*args: Any, **kwargs: Any) -> Any:
        number = 0
        while True:
            number += 1
            try:
                with tool.opened(args, kwargs) as handle:
                    result = function(*args, **kwargs)
                    if not comes_later(result):
                        tool.keep(handle, result)
                        return result
                    begun = ended_later(handle, result, tool.keep)
                return begun if number > tool.max_retries else again(begun, number, args, kwargs)
            except Exception:
                if number > tool.max_retries:
                    raise
            step, pause = tool.guard(number)
            with step:
                time.sleep(pause)

    def again(begun: Any, number: int, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Go on trying once the attempt that has begun is awaited, and has failed; a task stays a task."""
        trying = _tried(tool, functools.partial(_attempt, function, tool, args, kwargs), begun, number)
        return begun.get_loop().create_task(trying) if asyncio.isfuture(begun) else trying

    return now
