"""What `@trace_tool` runs: one step for each attempt."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import tracellm
from tracellm.integrations import tool_tracer

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.tracellm.attempts import Call, Tool
from pytest_traces.adapters.tracellm.reported import add_lone_step
from pytest_traces.runtime.recording.place import here


def watch_tools(made: Patches) -> None:
    """Follow every attempt of every tool; TraceLLM itself reports a step when the last one is over."""

    def trace_tool(
        name: str | None = None, max_retries: int = 0, capture_input: bool = True, capture_output: bool = True
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
            decorator = original(name or func.__name__, max_retries, capture_input, capture_output)
            if _call_of(func) is not None:  # another session's capture is on
                return decorator(func)  # type: ignore[no-any-return]
            tool = Tool(name or func.__name__, func, capture_input, capture_output)
            return _watched(tool, decorator)

        return decorate

    def _try_append_step(step: Mapping[str, Any]) -> None:
        append(step)
        call = _call_of(sys._getframe(1).f_locals.get("func"))
        if call is not None:
            call.describe(step)
        else:  # decorated before the capture began
            add_lone_step(step)

    original = made.swap(tool_tracer, "trace_tool", trace_tool)
    made.swap(tracellm, "trace_tool", trace_tool)
    append = made.swap(tool_tracer, "_try_append_step", _try_append_step)
    made.swap(tool_tracer, "time", _Pausing(tool_tracer.time))
    made.swap(tool_tracer, "asyncio", _Pausing(tool_tracer.asyncio))


def _watched(tool: Tool, decorator: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate anew for each call, so that its attempts know that they belong together."""
    native = decorator(tool.func)

    def calling() -> Any:
        return native if here() is None else decorator(Call(tool).watched())

    if inspect.iscoroutinefunction(tool.func):

        @functools.wraps(tool.func)
        async def call(*args: Any, **kwargs: Any) -> Any:
            return await calling()(*args, **kwargs)
    else:

        @functools.wraps(tool.func)
        def call(*args: Any, **kwargs: Any) -> Any:
            return calling()(*args, **kwargs)

    return call


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
