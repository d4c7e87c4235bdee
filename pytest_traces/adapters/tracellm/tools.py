"""What `@trace_tool` runs: one step for each attempt."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import AsyncGeneratorType, CoroutineType, GeneratorType, ModuleType
from typing import Any

import tracellm
from tracellm.integrations import tool_tracer
from tracellm.tracer import _current_trace_context

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracellm.steps import add_step
from pytest_traces.runtime.recording.context import OUTSIDE, here

_UNFINISHED = (GeneratorType, AsyncGeneratorType, CoroutineType)
_TOLD = ("step_id", "duration", "success", "timestamp")


@dataclass(frozen=True)
class Tool:
    """A function that TraceLLM traces."""

    name: str
    func: Callable[..., Any]
    capture_input: bool
    capture_output: bool

    def input(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Return the arguments by name, whole: TraceLLM keeps the first 500 characters of their text."""
        if not self.capture_input:
            return None
        try:
            bound = inspect.signature(self.func).bind(*args, **kwargs)
        except (TypeError, ValueError):
            return {"args": args, "kwargs": kwargs}
        bound.apply_defaults()
        return {name: value for name, value in bound.arguments.items() if name not in ("self", "cls")}

    def output(self, result: Any) -> Any:
        """Return the result; a generator that has not run yet is none."""
        return result if self.capture_output and not isinstance(result, _UNFINISHED) else None


class Call:
    """One call of a tool: what TraceLLM tries again belongs together."""

    def __init__(self, tool: Tool, source: Source) -> None:
        self._tool = tool
        self._source = source
        self._last = source.silent
        self._count = 0

    def watched(self) -> Callable[..., Any]:
        """Return the tool's function with a span around each attempt."""
        attempt = self._source.around(_unrolled(self._tool.func), self._start, self._end)
        attempt._pytest_traces = self  # type: ignore[attr-defined]
        return attempt

    def _start(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> OpenSpan:
        self._count += 1
        about = {"attempt": self._count} if self._count > 1 else {}
        failed, self._last = self._last, self._source.start(self._tool.name, "tool", metadata=about)
        if self._last:
            self._last.repeat(failed)
            self._last.update(input=self._tool.input(args, kwargs))
        return self._last

    def _end(self, span: OpenSpan, result: Any) -> None:
        span.end(output=self._tool.output(result))

    def back_off(self, seconds: float) -> None:
        """Record how long TraceLLM waits before it tries again."""
        if self._last.record is not None:
            self._last.event("backoff", {"attempt": self._count, "seconds": seconds})
            self._last.update(metadata={**self._last.record.metadata, "backoff_seconds": seconds})

    def describe(self, step: Mapping[str, Any]) -> None:
        """Keep what TraceLLM says of the call as a whole, and whether it lost the step."""
        told = {name: step[name] for name in _TOLD}
        self._last.update(attributes={**told, "in_a_trace": _current_trace_context.get() is not None})


def watch_tools(made: Patches, source: Source) -> None:
    """Follow every attempt of every tool; TraceLLM itself reports a step when the last one is over."""

    def trace_tool(
        name: str | None = None, max_retries: int = 0, capture_input: bool = True, capture_output: bool = True
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
            decorator = original(name or func.__name__, max_retries, capture_input, capture_output)
            if _call_of(func) is not None:  # another session's capture is on
                return decorator(func)  # type: ignore[no-any-return]
            return _watched(Tool(name or func.__name__, func, capture_input, capture_output), decorator, source)

        return decorate

    def _try_append_step(step: Mapping[str, Any]) -> None:
        append(step)
        call = _call_of(sys._getframe(1).f_locals.get("func"))
        with source.guard():
            if call is not None:
                call.describe(step)
            else:  # decorated before the capture began
                add_step(source, step, "step")

    original = made.swap(tool_tracer, "trace_tool", trace_tool)
    made.swap(tracellm, "trace_tool", trace_tool)
    append = made.swap(tool_tracer, "_try_append_step", _try_append_step)
    made.swap(tool_tracer, "time", _Pausing(tool_tracer.time))
    made.swap(tool_tracer, "asyncio", _Pausing(tool_tracer.asyncio))


def _watched(tool: Tool, decorator: Callable[..., Any], source: Source) -> Callable[..., Any]:
    """Decorate anew for each call, so that its attempts know that they belong together."""
    native = decorator(tool.func)

    def calling() -> Any:
        if here() is None:
            OUTSIDE.note(tool.name)
            return native
        return decorator(Call(tool, source).watched())

    if inspect.iscoroutinefunction(tool.func):

        @functools.wraps(tool.func)
        async def call(*args: Any, **kwargs: Any) -> Any:
            return await calling()(*args, **kwargs)
    else:

        @functools.wraps(tool.func)
        def call(*args: Any, **kwargs: Any) -> Any:
            return calling()(*args, **kwargs)

    return call


def _unrolled(func: Callable[..., Any]) -> Callable[..., Any]:
    """Return a plain function for a generator function: for TraceLLM a step ends when the generator is made."""
    if not (inspect.isgeneratorfunction(func) or inspect.isasyncgenfunction(func)):
        return func

    @functools.wraps(func)
    def make(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    return make


def _call_of(func: Any) -> Call | None:
    return getattr(func, "_pytest_traces", None)


class _Pausing:
    """A module whose `sleep` lets the call that backs off know for how long."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def sleep(self, seconds: float) -> Any:
        call = _call_of(sys._getframe(1).f_locals.get("func"))
        if call is not None:
            call.back_off(seconds)
        return self._module.sleep(seconds)
