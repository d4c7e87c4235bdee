"""Steps that a program reports in one go, when they are over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pytest_traces.model.span import SpanError
from pytest_traces.runtime.recording.place import Place, here
from pytest_traces.runtime.recording.recorder import Record, now_ms

_SAID = ("step_id", "duration", "success")


def add_steps(record: Record, steps: Iterable[Any]) -> None:
    """Add the steps of a payload below a trace."""
    for index, step in enumerate(steps, 1):
        if isinstance(step, Mapping):
            _add(record, step, f"step_{index}")


def add_lone_step(step: Mapping[str, Any]) -> None:
    """Add a step where the running code stands."""
    place = here()
    if place is not None:
        with place.recorder.guard("tracellm"):
            _add(place, step, "step")


def _add(place: Place, step: Mapping[str, Any], default_name: str) -> None:
    said = step.get("input") or {}
    added = place.recorder.start(str(step.get("tool_name") or default_name), _type(said), place=place)
    added.source = "tracellm"
    added.t1 = _ms(step.get("timestamp"))
    added.t0 = added.t1 - float(step.get("duration") or 0.0)
    output, succeeded = step.get("output") or None, step.get("success", True)
    added.end(
        "success" if succeeded else "error",
        input=said or None,
        output=output if succeeded else None,
        error=None if succeeded else SpanError(type="Error", message=_message(output)),
        attributes={"reported": True, **{name: step[name] for name in _SAID if name in step}},
    )


def _type(said: Any) -> str:
    """Tell the handler's chains and retrievers from tools by what went in."""
    keys = set(said) if isinstance(said, Mapping) else set()
    return "chain" if keys == {"inputs"} else "retrieval" if keys == {"query"} else "tool"


def _message(output: Any) -> str:
    return str(output.get("error", "")) if isinstance(output, Mapping) else ""


def _ms(timestamp: Any) -> float:
    if timestamp is None:
        return now_ms()
    moment = timestamp if isinstance(timestamp, datetime) else datetime.fromisoformat(str(timestamp))
    return moment.timestamp() * 1e3
