"""What each span consumed: itself, and with its descendants, nothing counted twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_traces.model.building import trusted
from pytest_traces.model.span_types import MODEL_CALLS, STEPS
from pytest_traces.model.usage import TOKEN_UNITS, ModelUsage, Usage
from pytest_traces.runtime.recording.recorder import Record

NOTHING = Usage()
_UNITS = (*TOKEN_UNITS, "requests")
_MAY_HAVE_USED_NOTHING = frozenset({"error", "blocked"})


@dataclass(slots=True)
class Node:
    """A record and its place in a tree: its own, or another one if steps above it are left out."""

    record: Record
    call_id: str
    parent_id: str | None
    usage: Usage | None
    run_id: str | None
    after: frozenset[str]


def reported(model: str, tokens: Mapping[str, int] | None, counters: Mapping[str, int] | None) -> Usage:
    """Return what a span of ours said: the tokens of one call of a model, and what it counted."""
    by_model: dict[str, ModelUsage] = {}
    if tokens is not None:
        units: dict[str, Any] = dict.fromkeys(_UNITS, 0) | {"cost_usd": None, "other": {}}
        by_model[model] = trusted(ModelUsage, {**units, **tokens})
    said = trusted(Usage, {"by_model": by_model, "counters": {}, "unreported": ()})
    return said + Usage.from_flat(counters) if counters else said


def own_usage(nodes: Sequence[Node]) -> dict[str, Usage]:
    """Count each model call once: an LLM framework's span wraps the SDK's, and both report it.

    The outermost report counts. A call that did not fail is unreported where neither it, nor a call above or below
    it, said anything. A tool in between ends this: what it asks a model is a call of its own.
    """
    own: dict[str, Usage] = {}
    covered: set[str] = set()  # what stands at or below a call that reported
    silent: dict[str, Record] = {}
    above: dict[str, str | None] = {}
    for node in nodes:
        call_id, usage, kind = node.call_id, node.usage, node.record.type
        outer = above[call_id] = None if kind in STEPS else node.parent_id
        is_call, is_covered = kind in MODEL_CALLS, outer in covered
        reports = usage is not None and bool(usage.by_model)
        if usage is not None and not (is_covered and reports and is_call):
            own[call_id] = usage
        elif usage is not None and usage.counters:
            own[call_id] = Usage(counters=usage.counters)
        if is_covered or (reports and is_call):
            covered.add(call_id)
        elif is_call and node.record.status not in _MAY_HAVE_USED_NOTHING:
            silent[call_id] = node.record
        if reports:
            _speak_up(call_id, above, silent)
    for call_id, record in silent.items():
        own[call_id] = own.get(call_id, NOTHING) + Usage(unreported=(record.name,))
    return own


def _speak_up(call_id: str | None, above: Mapping[str, str | None], silent: dict[str, Record]) -> None:
    """Let a report count for the silent calls above it."""
    while call_id is not None and silent:
        silent.pop(call_id, None)
        call_id = above.get(call_id)


def with_descendants(nodes: Sequence[Node], own: Mapping[str, Usage]) -> dict[str, Usage]:
    """Sum up the tree: what each span consumed together with everything below it."""
    if not own:
        return {}
    parts: dict[str, list[Usage]] = {call_id: [usage] for call_id, usage in own.items()}
    used: dict[str, Usage] = {}
    for node in reversed(nodes):  # children start after their parents
        mine = parts.get(node.call_id)
        if mine is not None:
            total = used[node.call_id] = mine[0] if len(mine) == 1 else Usage.total(mine)
            if node.parent_id is not None:
                parts.setdefault(node.parent_id, []).append(total)
    return used
