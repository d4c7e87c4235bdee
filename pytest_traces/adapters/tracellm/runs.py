"""What `@trace` runs: each is a root span, or one below the trace that called it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from tracellm import tracer

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracellm.steps import add_steps
from pytest_traces.model.span import SpanError

_TOLD = ("trace_id", "status", "retry_count", "slow_request", "failure_reason", "latency", "token_count", "created_at")
"""What TraceLLM tells of a trace. Its tokens are an estimate, and it counts no retries of tools."""


@dataclass
class Run:
    """A trace while it runs."""

    span: OpenSpan
    surrounding: BaseException | None
    """What was being handled when it began."""


class Runs:
    """The traces that run now, each found by the frame of its wrapper: TraceLLM names them only at their end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: dict[FrameType, Run] = {}

    def begin(self, frame: FrameType) -> None:
        """Start the span of a trace; a trace that never ended in a test that is over is dropped."""
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
        """End the span of a trace with what its payload says."""
        run = self._open.pop(frame, None)
        if run is not None:
            with run.span.guard():
                _end(self._source, run.span, payload, result, flying=failure or _interruption(run))


def watch_runs(made: Patches, source: Source) -> None:
    """Follow every trace from the lookup of its project to its payload."""
    runs = Runs(source)

    def _resolve_project_context(*args: Any, **options: Any) -> Any:
        with source.guard():
            runs.begin(sys._getframe(1))
        return resolve(*args, **options)

    def finalize_trace(*args: Any, **options: Any) -> Any:
        payload = finalize(*args, **options)
        runs.end(sys._getframe(1), payload, options.get("trace_error"), options.get("result"))
        return payload

    resolve = made.swap(tracer, "_resolve_project_context", _resolve_project_context)
    finalize = made.swap(tracer, "finalize_trace", finalize_trace)


def _end(
    source: Source, span: OpenSpan, payload: Mapping[str, Any], result: Any, *, flying: BaseException | None
) -> None:
    if isinstance(result, dict) and result.get("steps"):
        add_steps(source, payload["steps"], span)
    span.update(
        metadata=_metadata(payload),
        attributes={name: payload[name] for name in _TOLD if payload.get(name) is not None},
    )
    if flying is not None:
        span.fail(flying)
    elif payload["status"] == "failed":
        error = SpanError(type="Error", message=payload["failure_reason"] or "")
        span.end("error", output=_output(result), error=error)
    else:
        span.end(output=_output(result))


def _interruption(run: Run) -> BaseException | None:
    """Return what TraceLLM does not catch, and takes for a success."""
    flying = sys.exception()
    return None if flying is run.surrounding or isinstance(flying, Exception) else flying


def _output(result: Any) -> Any:
    """Return the response a result carries, or the result itself."""
    return result["response"] if isinstance(result, dict) and result.get("response") is not None else result


def _metadata(payload: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: payload[name] for name in ("project_id", "project_name", "environment") if payload.get(name)}
    return told | ({"api_key": "***"} if payload.get("api_key") else {})


def _model(name: str) -> str | None:
    return None if name == "unknown" else name
