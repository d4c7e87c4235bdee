"""What `@trace` runs: each is a root span, or one below the trace that called it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

from tracellm import tracer

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.tracellm.reported import add_steps
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.entering import step_in, step_out
from pytest_traces.runtime.recording.place import Outside, Place, here
from pytest_traces.runtime.recording.recorder import Record

_SAID = ("trace_id", "status", "retry_count", "slow_request", "failure_reason", "latency", "token_count", "created_at")
"""What TraceLLM says of a trace. Its tokens are an estimate, and it counts no retries of tools."""


@dataclass
class Run:
    """A trace while it runs."""

    record: Record
    before: Place | Outside
    surrounding: BaseException | None
    """What was being handled when it began."""


class Runs:
    """The traces that run now, each found by the frame of its wrapper: TraceLLM names them only at their end."""

    def __init__(self) -> None:
        self._open: dict[FrameType, Run] = {}

    def forget(self) -> None:
        """Drop what never came to its end in a test that is over."""
        self._open = {frame: run for frame, run in self._open.items() if not run.record.recorder.closed}

    def begin(self, frame: FrameType) -> None:
        """Open the span of a trace and stand in it."""
        place = here()
        if place is None or frame.f_globals is not vars(tracer):
            return
        with place.recorder.guard("tracellm"):
            given = frame.f_locals
            prompt = given.get("effective_prompt") or given["prompt"]
            record = place.recorder.start(prompt, "agent", place=place)
            record.source = "tracellm"
            record.set(input=prompt, model=_model(given["model_name"]))
            self._open[frame] = Run(record, step_in(record), sys.exception())

    def end(self, frame: FrameType, payload: Mapping[str, Any], failure: BaseException | None, result: Any) -> None:
        """Close the span of a trace with what its payload says."""
        run = self._open.pop(frame, None)
        if run is None:
            return
        with run.record.recorder.guard("tracellm"):
            flying = failure or _interruption(run)
            _end(run.record, payload, flying, result)
        step_out(run.record, run.before)


RUNS = Runs()
"""Those of this process: a reset finds them here."""


def watch_runs(made: Patches, runs: Runs) -> None:
    """Follow every trace from the lookup of its project to its payload."""

    def _resolve_project_context(*args: Any, **options: Any) -> Any:
        runs.begin(sys._getframe(1))
        return resolve(*args, **options)

    def finalize_trace(*args: Any, **options: Any) -> Any:
        payload = finalize(*args, **options)
        runs.end(sys._getframe(1), payload, options.get("trace_error"), options.get("result"))
        return payload

    resolve = made.swap(tracer, "_resolve_project_context", _resolve_project_context)
    finalize = made.swap(tracer, "finalize_trace", finalize_trace)


def _end(record: Record, payload: Mapping[str, Any], flying: BaseException | None, result: Any) -> None:
    if isinstance(result, dict) and result.get("steps"):
        add_steps(record, payload["steps"])
    record.set(
        metadata=_metadata(payload),
        attributes={name: payload[name] for name in _SAID if payload.get(name) is not None},
    )
    if flying is not None:
        record.fail(flying)
    elif payload["status"] == "failed":
        record.end(
            "error", output=_output(result), error=SpanError(type="Error", message=payload["failure_reason"] or "")
        )
    else:
        record.end(output=_output(result))


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
