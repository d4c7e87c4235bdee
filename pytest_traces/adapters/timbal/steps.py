"""What a workflow knows about the order of its steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_traces.adapters.timbal.calls import Calls
from pytest_traces.model.event_types import SKIPPED
from pytest_traces.runtime.recording.recorder import Record


def declare(record: Record, span: Any, context: Any, calls: Calls) -> None:
    """Say which steps waited for which, and which never ran.

    A workflow spawns all its steps up front and lets them wait for one another, so spawning tells nothing.
    """
    steps = getattr(span.runnable, "_steps", None)
    if not steps:
        return
    ran: dict[str, list[str]] = {}
    for child in context._trace.as_records():
        if child.parent_call_id == span.call_id:
            ran.setdefault(child.path.rpartition(".")[2], []).append(child.call_id)
    for name in steps.keys() & ran.keys():
        before = _waited_for(name, steps, ran)
        for step in [calls[call_id] for call_id in ran[name] if call_id in calls]:
            step.after = before
    skipped = [name for name in steps if name not in ran]
    if skipped and span.status.code in ("success", "error"):
        record.recorder.emit(record, SKIPPED, {"steps": skipped})


def _waited_for(name: str, steps: Mapping[str, Any], ran: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the calls a step waited for, seen through skipped steps, which waited too."""
    found: set[str] = set()
    for previous in steps[name].previous_steps:
        found.update(ran.get(previous) or _waited_for(previous, steps, ran))
    return frozenset(found)
