"""Usage of a tree: each model call counted once, and the sum of each span with its descendants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_traces.model.span_types import MODEL_CALLS, STEPS
from pytest_traces.model.usage import Usage

NOTHING = Usage()
_MAY_HAVE_USED_NOTHING = frozenset({"error", "blocked"})

Fields = Mapping[str, Any]
"""The fields of a span whose `usage` is its own."""


def count_once(ordered: Sequence[Fields]) -> dict[str, Usage]:
    """Return the own usage of each span by call id, parents before children.

    The outermost report of a model call counts: the span of a framework wraps that of an SDK, and both report it.
    A call that did not fail is unreported if neither it, nor a call above or below it, reported anything. A tool in
    between ends this: a model call below it is a call of its own.
    """
    own: dict[str, Usage] = {}
    covered: set[str] = set()  # the span, or one above it, reported
    silent: dict[str, str] = {}  # the names of model calls that did not
    above: dict[str, str | None] = {}
    for fields in ordered:
        call_id, usage, type = fields["call_id"], fields["usage"], fields["type"]
        outer = above[call_id] = None if type in STEPS else fields["parent_call_id"]
        is_call, is_covered = type in MODEL_CALLS, outer in covered
        reports = usage is not None and bool(usage.by_model)
        if usage is not None and not (is_covered and reports and is_call):
            own[call_id] = usage
        elif usage is not None and usage.counters:
            own[call_id] = Usage(counters=usage.counters)
        if is_covered or (reports and is_call):
            covered.add(call_id)
        elif is_call and fields["status"] not in _MAY_HAVE_USED_NOTHING:
            silent[call_id] = fields["name"]
        if reports:
            _clear_silent_ancestors(call_id, above, silent)
    for call_id, name in silent.items():
        own[call_id] = own.get(call_id, NOTHING) + Usage(unreported=(name,))
    return own


def _clear_silent_ancestors(call_id: str | None, above: Mapping[str, str | None], silent: dict[str, str]) -> None:
    """Drop a reporting span and its ancestors: the report covers them."""
    while call_id is not None and silent:
        silent.pop(call_id, None)
        call_id = above.get(call_id)


def sum_descendants(ordered: Sequence[Fields], own: Mapping[str, Usage]) -> dict[str, Usage]:
    """Return what each span consumed together with everything below it, by call id."""
    if not own:
        return {}
    parts: dict[str, list[Usage]] = {call_id: [usage] for call_id, usage in own.items()}
    used: dict[str, Usage] = {}
    for fields in reversed(ordered):  # children start after their parents
        mine = parts.get(fields["call_id"])
        if mine is not None:
            total = used[fields["call_id"]] = mine[0] if len(mine) == 1 else Usage.total(mine)
            if fields["parent_call_id"] is not None:
                parts.setdefault(fields["parent_call_id"], []).append(total)
    return used
