"""Steps that are reported in one go, when they are over: by a program, or by TraceLLM's LangChain handler."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tracellm.integrations.langchain import TracellmCallbackHandler

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.times import unix_ms
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.clock import now_ms

_TOLD = ("step_id", "duration", "success")


def watch_handler(made: Patches, source: Source) -> None:
    """Record each trace that the LangChain handler stores."""

    def flush_trace(handler: Any, *args: Any, **options: Any) -> Any:
        payload = flush(handler, *args, **options)
        with source.guard():
            _report(source, payload, unix_ms(handler.start_dt))
        return payload

    flush = made.swap(TracellmCallbackHandler, "flush_trace", flush_trace)


def _report(source: Source, payload: dict[str, Any], t0: float) -> None:
    span = source.start("langchain", "agent", t0=t0)
    add_steps(source, payload["steps"], span)
    reason = payload["failure_reason"]
    span.end(
        "error" if payload["status"] == "failed" else "success",
        input=payload["prompt"],
        output=payload["response"],
        error=None if reason is None else SpanError(type="Error", message=reason),
        attributes={"reported": True, "trace_id": payload["trace_id"], "status": payload["status"]},
    )


def add_steps(source: Source, steps: Iterable[Any], parent: OpenSpan) -> None:
    """Add the steps of a payload below a trace."""
    for index, step in enumerate(steps, 1):
        if isinstance(step, Mapping):
            add_step(source, step, f"step_{index}", parent)


def add_step(source: Source, step: Mapping[str, Any], default_name: str, parent: OpenSpan | None = None) -> None:
    """Add a finished step below a span, or below the code that runs."""
    given, output, succeeded = step.get("input") or {}, step.get("output") or None, step.get("success", True)
    ended = step.get("timestamp")
    t1 = now_ms() if ended is None else unix_ms(ended)
    span = source.start(str(step.get("tool_name") or default_name), _type(given), parent=parent, exact=True)
    span.end(
        "success" if succeeded else "error",
        t0=t1 - float(step.get("duration") or 0.0),
        t1=t1,
        input=given or None,
        output=output if succeeded else None,
        error=None if succeeded else SpanError(type="Error", message=_message(output)),
        attributes={"reported": True, **{name: step[name] for name in _TOLD if name in step}},
    )


def _type(given: Any) -> str:
    """Tell the handler's chains and retrievers from tools by what went in."""
    keys = set(given) if isinstance(given, Mapping) else set()
    return "chain" if keys == {"inputs"} else "retrieval" if keys == {"query"} else "tool"


def _message(output: Any) -> str:
    return str(output.get("error", "")) if isinstance(output, Mapping) else ""
