"""Runs in the background: Timbal's span holds only that they were launched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timbal.state.background import store_for_run

from pytest_traces.adapters.timbal import values
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.status import FAILED, Status
from pytest_traces.runtime.recording.recorder import Record

_STATUS: Mapping[str, Status] = {
    "completed": "success",
    "error": "error",
    "cancelled": "cancelled",
    "timed_out": "timeout",
    "stalled": "timeout",
}


def task_of(record: Record, context: Any, output: Any) -> Any:
    """Return the task of a placeholder `{"task_id", "status"}`; `None` if the value is another tool's output."""
    if not isinstance(output, dict) or output.keys() != {"task_id", "status"}:
        return None
    store = store_for_run(context.id)
    task = store.get(output["task_id"]) if store is not None else None
    return task if task is not None and task.name == record.name else None


def events_of(task: Any) -> list[Any]:
    """Return the events that a task kept: a detached task has no stream."""
    events: list[Any] = task.log.peek(task.log.forgotten_through)[0]
    return events


def end(record: Record, span: Any, context: Any, task: Any) -> None:
    """End a launched span with the outcome of its task."""
    code = task.status_code()
    error = _error(task) if _STATUS[code] in FAILED else None
    values.end(record, span, context, values.Outcome(_STATUS[code], error))
    record.set(attributes={**record.attributes, "background": code})
    if code != "completed":  # Timbal's span still holds the placeholder
        record.set(output=None)


def _error(task: Any) -> SpanError:
    raised = None if task.task.cancelled() else task.task.exception()
    if raised is not None:
        return SpanError(type=type(raised).__name__, message=str(raised))
    return SpanError(type="BackgroundTimeout", message=str(task.summarize().get("error") or ""))
