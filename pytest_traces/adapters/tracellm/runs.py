"""What `@trace` runs, each a root span or one below the trace that called it, and the events of streams."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from tracellm import tracer
from tracellm.trace_stream import TraceStream

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.reading import fields_of
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracellm.steps import add_steps
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.calls.callers import calling_frame

_TOLD = ("trace_id", "status", "retry_count", "slow_request", "failure_reason", "latency", "token_count", "created_at")
"""The fields of TraceLLM's traces that are kept. Its tokens are an estimate; it counts no retries of tools."""


@dataclass
class Run:
    """A trace while it runs."""

    span: OpenSpan
    surrounding: BaseException | None
    """The exception that was being handled when it began."""


class Runs:
    """The traces that run now, by the frame of their wrapper: TraceLLM gives them ids only at their end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: dict[FrameType, Run] = {}

    def begin(self, frame: FrameType) -> None:
        """Start the span of a trace; open traces of finished tests are dropped."""
        if frame.f_globals is not vars(tracer):
            return
        self._open = {frame: run for frame, run in self._open.items() if not run.span.is_late}
        given = frame.f_locals
        prompt = given.get("effective_prompt") or given["prompt"]
        span = self._source.start(prompt, "agent", input=prompt, model=_model(given["model_name"]))
        if span:
            span.enter()
            self._open[frame] = Run(span, sys.exception())

    def end(self, frame: FrameType, payload: Mapping[str, Any], failure: BaseException | None, result: Any) -> None:
        """End the span of a trace with the data of its payload."""
        run = self._open.pop(frame, None)
        if run is not None:
            with run.span.guard():
                _end(self._source, run.span, payload, result, flying=failure or _interruption(run))


def watch_runs(made: Patches, source: Source) -> None:
    """Record every trace from the lookup of its project to its payload."""
    runs = Runs(source)

    def begin(*args: Any, **options: Any) -> None:
        with source.guard():
            runs.begin(calling_frame())

    def end(payload: Mapping[str, Any], *args: Any, **options: Any) -> None:
        runs.end(calling_frame(), payload, options.get("trace_error"), options.get("result"))

    made.before(tracer, "_resolve_project_context", begin)
    made.after(tracer, "finalize_trace", end)


def watch_stream(made: Patches, source: Source) -> None:
    """Record the events of streams, on the span in which a stream runs or on one of its own."""

    def begin(stream: Any) -> None:
        if not source.enclosing():
            stream._pytest_traces = source.start(stream.prompt, "agent", input=stream.prompt, model=stream.model_name)
            stream._pytest_traces.enter()
        stream._live.auto_refresh = False  # its thread would redraw an invisible display, and outlive the test

    def end(_: None, stream: Any, *exc: Any) -> None:
        span = _own(stream, source)
        if exc[1] is None:
            span.end()
        else:
            span.fail(exc[1])

    def emit(stream: Any, event: str, detail: str = "") -> None:
        span = _own(stream, source) or source.enclosing()
        span.event(event, {"detail": detail} if detail else None)

    made.before(TraceStream, "__enter__", begin)
    made.after(TraceStream, "__exit__", end)
    made.before(TraceStream, "emit", emit)


def _end(
    source: Source, span: OpenSpan, payload: Mapping[str, Any], result: Any, *, flying: BaseException | None
) -> None:
    if isinstance(result, dict) and result.get("steps"):
        add_steps(source, payload["steps"], span)
    span.update(
        metadata=_metadata(payload),
        attributes=fields_of(payload, *_TOLD),
    )
    if flying is not None:
        span.fail(flying)
    elif payload["status"] == "failed":
        error = SpanError(type="Error", message=payload["failure_reason"] or "")
        span.end("error", output=_output(result), error=error)
    else:
        span.end(output=_output(result))


def _interruption(run: Run) -> BaseException | None:
    """Return the exception that TraceLLM does not catch and treats as a success."""
    flying = sys.exception()
    return None if flying is run.surrounding or isinstance(flying, Exception) else flying


def _output(result: Any) -> Any:
    """Return the response inside a result, or the result itself."""
    return result["response"] if isinstance(result, dict) and result.get("response") is not None else result


def _metadata(payload: Mapping[str, Any]) -> dict[str, Any]:
    told = fields_of(payload, "project_id", "project_name", "environment")
    return told | ({"api_key": "***"} if payload.get("api_key") else {})


def _model(name: str) -> str | None:
    return None if name == "unknown" else name


def _own(stream: Any, source: Source) -> OpenSpan:
    """Return the span that was opened for a stream alone."""
    span: OpenSpan = getattr(stream, "_pytest_traces", source.silent)
    return span
