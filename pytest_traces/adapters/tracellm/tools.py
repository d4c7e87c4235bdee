"""What `@trace_tool` runs: one span for each attempt."""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Callable, Mapping
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any

import tracellm
from tracellm.integrations import tool_tracer
from tracellm.tracer import _current_trace_context

from pytest_traces.adapters.toolkit.patches import Patches, Substitute
from pytest_traces.adapters.toolkit.reading import fields_of
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracellm.steps import add_step
from pytest_traces.runtime.calls.callers import calling_frame
from pytest_traces.runtime.calls.signatures import reader_of_arguments

_UNFINISHED = (GeneratorType, AsyncGeneratorType, CoroutineType)


def watch_tools(made: Patches, source: Source) -> None:
    """Record every attempt of every tool; TraceLLM itself reports one step, after the last attempt."""

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def trace_tool(
            name: str | None = None, max_retries: int = 0, capture_input: bool = True, capture_output: bool = True
        ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
            def decorate(func: Callable[..., Any]) -> Callable[..., Any]:
                attempt = _attempt(
                    func, name or func.__name__, source, has_input=capture_input, has_output=capture_output
                )
                return original(name, max_retries, capture_input, capture_output)(attempt)  # type: ignore[no-any-return]

            return decorate

        return trace_tool

    def describe(step: Mapping[str, Any]) -> None:
        with source.guard():
            last = source.find(step["step_id"])
            step_fields = fields_of(step, "step_id", "duration", "success", "timestamp")
            last.update(attributes=step_fields | {"in_a_trace": _current_trace_context.get() is not None})
            if not last:  # decorated before the capture began
                add_step(source, step, "step")

    made.wrap(tool_tracer, "trace_tool", make)
    made.swap(tracellm, "trace_tool", tool_tracer.trace_tool)
    made.before(tool_tracer, "_try_append_step", describe)
    for module in (time, asyncio):
        made.swap(tool_tracer, module.__name__, Substitute(module, sleep=_noted_sleep(module, source)))


def _attempt(
    func: Callable[..., Any], name: str, source: Source, *, has_input: bool, has_output: bool
) -> Callable[..., Any]:
    """Return a tool's function with a span around each attempt."""
    arguments = reader_of_arguments(func)

    def start(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> OpenSpan:
        call = _running_call()
        about = {"attempt": call["attempt"] + 1} if call["attempt"] else {}
        failed = source.find(call["step_id"])
        span = source.start(name, "tool", key=call["step_id"], metadata=about)
        span.repeat(failed)
        if span and has_input:
            span.update(input=arguments(args, kwargs))
        return span

    def end(span: OpenSpan, result: Any) -> None:
        span.end(output=result if has_output and not isinstance(result, _UNFINISHED) else None)

    return source.around(_unrolled(func), start, end)


def _running_call() -> Mapping[str, Any]:
    """Return the variables of TraceLLM's wrapper: `step_id` names a call, `attempt` counts from zero."""
    return calling_frame().f_locals


def _unrolled(func: Callable[..., Any]) -> Callable[..., Any]:
    """Return a plain function for a generator function: for TraceLLM a step ends when the generator is made."""
    if not (inspect.isgeneratorfunction(func) or inspect.isasyncgenfunction(func)):
        return func

    @functools.wraps(func)
    def make(*args: Any, **kwargs: Any) -> Any:
        return func(*args, **kwargs)

    return make


def _noted_sleep(module: Any, source: Source) -> Callable[[float], Any]:
    """Return a `sleep` that records how long TraceLLM waits before the next attempt."""

    def sleep(seconds: float) -> Any:
        with source.guard():
            call = _running_call()
            last = source.find(call["step_id"])
            if last.record is not None:
                last.event("backoff", {"attempt": call["attempt"] + 1, "seconds": seconds})
                last.update(metadata={**last.record.metadata, "backoff_seconds": seconds})
        return module.sleep(seconds)

    return sleep
