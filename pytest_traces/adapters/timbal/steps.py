"""The order of a workflow's steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan


def declare(span: OpenSpan, native: Any, context: Any, source: Source) -> None:
    """Declare which steps waited for which, and which never ran.

    A workflow spawns all its steps first, and they wait for one another: spawns do not show the order.
    """
    steps = getattr(native.runnable, "_steps", None)
    if not steps:
        return
    ran: dict[str, list[str]] = {}
    for child in context._trace.as_records():
        if child.parent_call_id == native.call_id:
            ran.setdefault(child.path.rpartition(".")[2], []).append(child.call_id)
    for name in steps.keys() & ran.keys():
        before = _waited_for(name, steps, ran)
        for call_id in ran[name]:
            source.find(call_id).after(before)
    skipped = [name for name in steps if name not in ran]
    span.waited_for(source.find(call_id) for call_ids in ran.values() for call_id in call_ids)
    if skipped and native.status.code in ("success", "error"):
        span.skipped(skipped)


def _waited_for(name: str, steps: Mapping[str, Any], ran: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the calls that a step waited for; skipped steps in between waited too."""
    found: set[str] = set()
    for previous in steps[name].previous_steps:
        found.update(ran.get(previous) or _waited_for(previous, steps, ran))
    return frozenset(found)
