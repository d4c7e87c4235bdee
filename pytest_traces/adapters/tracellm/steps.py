"""Steps that a program reports together, when they are over.

Steps that TraceLLM's handler of LangChain collects are left out: the adapter of LangChain records the run itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.adapters.toolkit.reading import fields_of, unix_ms
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.clock import now_ms


def add_steps(source: Source, steps: Iterable[Any], parent: OpenSpan) -> None:
    """Add the steps of a payload below a trace."""
    for index, step in enumerate(steps, 1):
        if isinstance(step, Mapping):
            add_step(source, step, f"step_{index}", parent)


def add_step(source: Source, step: Mapping[str, Any], default_name: str, parent: OpenSpan | None = None) -> None:
    """Add a finished step below a span, or below the code that runs."""
    span = source.start(str(step.get("tool_name") or default_name), "tool", parent=parent, exact=True)
    if not span:
        return
    output, succeeded = step.get("output") or None, step.get("success", True)
    ended = step.get("timestamp")
    t1 = now_ms() if ended is None else unix_ms(ended)
    span.end(
        "success" if succeeded else "error",
        t0=t1 - float(step.get("duration") or 0.0),
        t1=t1,
        input=step.get("input") or None,
        output=output if succeeded else None,
        error=None if succeeded else SpanError(type="Error", message=_message(output)),
        attributes={"reported": True} | fields_of(step, "step_id", "duration", "success"),
    )


def _message(output: Any) -> str:
    return str(output.get("error", "")) if isinstance(output, Mapping) else ""
