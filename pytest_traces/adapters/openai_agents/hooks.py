"""The hooks of the Agents SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from functools import partial, wraps
from typing import Any

from agents.models.interface import Model
from agents.result import RunResultStreaming
from agents.tool import _FailureHandlingFunctionToolInvoker
from agents.tracing.spans import NoOpSpan, SpanImpl
from agents.tracing.traces import TraceImpl

from pytest_traces.adapters.openai_agents import acting, models, outcomes
from pytest_traces.adapters.openai_agents.spans import Spans
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.subclasses import watch_subclasses
from pytest_traces.runtime.exchanges.iterations import runs_programs
from pytest_traces.runtime.lanes.awaiting import joined


def watch(made: Patches, source: Source) -> None:
    """Record the SDK wherever a test records."""
    _watch_spans(made, source)
    _watch_models(made, source)
    outcomes.watch(made, source)
    made.wrap(_FailureHandlingFunctionToolInvoker, "__call__", partial(acting.watch_invoker, source))
    made.wrap(RunResultStreaming, "stream_events", _watch_stream)
    made.undone_by(runs_programs("agents"))  # the SDK waits for tools and guardrails in races, and polls its queues


def _watch_spans(made: Patches, source: Source) -> None:
    """Record every span of the SDK; if tracing is disabled, it makes spans too, but exports none."""
    spans = Spans(source)
    for kind in (SpanImpl, NoOpSpan):
        made.wrap(kind, "start", lambda start: _before(spans.start, start))
        made.wrap(kind, "finish", lambda finish: _before(spans.finish, finish))
        made.wrap(kind, "set_error", lambda set_error: _before(spans.set_error, set_error))
    made.wrap(TraceImpl, "start", lambda start: _before(spans.start_trace, start))
    made.wrap(TraceImpl, "finish", lambda finish: _before(spans.finish, finish))


def _before(notice: Callable[..., None], method: Callable[..., Any]) -> Callable[..., Any]:
    def watched(*args: Any, **kwargs: Any) -> Any:
        notice(*args, **kwargs)
        return method(*args, **kwargs)

    return watched


def _watch_stream(stream: Callable[..., Any]) -> Callable[..., Any]:
    """Join the run when its stream ends: the SDK awaits only a run that still goes on."""

    @wraps(stream)
    async def watched(run: Any) -> AsyncIterator[Any]:
        async with aclosing(stream(run)) as events:
            async for event in events:
                yield event
        joined(task for task in (run.run_loop_task,) if task is not None)

    return watched


def _watch_models(made: Patches, source: Source) -> None:
    """Put a span around every model call: the SDK has none for models of the program, nor for its test double."""
    watched = {"get_response": models.watch_answer, "stream_response": models.watch_stream}
    watch_subclasses(made, Model, {name: partial(watch, source) for name, watch in watched.items()})
