"""What `@trace` runs, each a root span or one below the trace that called it, and the events of streams."""

from __future__ import annotations

import sys
from collections.abc import Mapping
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

_KEPT = ("trace_id", "status", "retry_count", "slow_request", "failure_reason", "latency", "token_count", "created_at")
"""The fields of TraceLLM's traces that are kept. Its tokens are an estimate; it counts no retries of tools."""


def watch_runs(made: Patches, source: Source) -> None:
    """Record every trace from the lookup of its project to its payload."""

    def begin(*args: Any, **options: Any) -> None:
        with source.guard():
            wrapper = calling_frame()
            given = wrapper.f_locals
            prompt = given.get("effective_prompt") or given["prompt"]
            model = given["model_name"] if given["model_name"] != "unknown" else None
            span = source.start(prompt, "agent", key=_key(wrapper), input=prompt, model=model)
            if span:
                span.state = sys.exception()  # the exception that was being handled before
                span.enter()

    def end(payload: Mapping[str, Any], *args: Any, **options: Any) -> None:
        span = source.find(_key(calling_frame()))
        if span.record is not None and span.record.ended is None:
            with span.guard():
                _end(source, span, payload, options["result"], flying=options["trace_error"] or _interruption(span))

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
    span.update(metadata=_metadata(payload), attributes=fields_of(payload, *_KEPT))
    if flying is not None:
        span.fail(flying)
    elif payload["status"] == "failed":
        error = SpanError(type="Error", message=payload["failure_reason"] or "")
        span.end("error", output=_output(result), error=error)
    else:
        span.end(output=_output(result))


def _key(wrapper: FrameType) -> str:
    """Return the key of a trace while it runs: TraceLLM gives it an id only at its end."""
    return f"frame {id(wrapper)}"


def _interruption(span: OpenSpan) -> BaseException | None:
    """Return the exception that TraceLLM does not catch and treats as a success."""
    flying = sys.exception()
    return None if flying is span.state or isinstance(flying, Exception) else flying


def _output(result: Any) -> Any:
    """Return the response inside a result, or the result itself."""
    return result["response"] if isinstance(result, dict) and result.get("response") is not None else result


def _metadata(payload: Mapping[str, Any]) -> dict[str, Any]:
    project = fields_of(payload, "project_id", "project_name", "environment")
    return project | ({"api_key": "***"} if payload.get("api_key") else {})


def _own(stream: Any, source: Source) -> OpenSpan:
    """Return the span that was opened for a stream alone."""
    span: OpenSpan = getattr(stream, "_pytest_traces", source.silent)
    return span
