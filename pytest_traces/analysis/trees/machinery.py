"""Leaves steps of frameworks out of a tree; spans that stay take over their children, usage and order.

A span marked as `machinery` is left out. A span is also left out if an adapter in its `repeats` recorded too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pytest_traces.analysis.model_calls import calls_around, outer_calls
from pytest_traces.analysis.trees.drafts import Draft
from pytest_traces.analysis.trees.usage import is_report
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.words.span_types import MODEL_CALLS

Lines = Mapping[str, Sequence[Draft]]
"""For each draft the left-out drafts right above it, the nearest first."""


def without_machinery(drafts: Sequence[Draft]) -> Sequence[Draft]:
    """Return the drafts that a tree shows; the same ones if no draft is left out."""
    if not any(draft.machinery or draft.repeats for draft in drafts):
        return drafts
    telling = _telling(drafts)
    hidden = {draft.call_id: draft for draft in drafts if _is_left_out(draft, telling)}
    visible = {
        draft.call_id: replace(draft, fields=dict(draft.fields)) for draft in drafts if draft.call_id not in hidden
    }
    lines = {draft.call_id: tuple(_line(draft, hidden)) for draft in drafts}
    _move_up(visible, lines)
    _keep_order(visible, hidden, lines)
    _keep_counters(visible, hidden, lines)
    for heir, usage in _inherited(drafts, hidden):
        visible[heir].fields["usage"] = _merged(visible[heir].usage, usage)
    return list(visible.values())


def _telling(drafts: Sequence[Draft]) -> set[str]:
    """Return the adapters whose spans are shown, or repeat shown ones; of two that repeat each other, both."""
    telling = {draft.fields["source"] for draft in drafts if not draft.repeats}
    repeating = [draft for draft in drafts if draft.repeats]
    more = telling
    while more:
        more = {draft.fields["source"] for draft in repeating if not draft.repeats.isdisjoint(telling)} - telling
        telling = telling | more
    return telling


def _is_left_out(draft: Draft, telling: set[str]) -> bool:
    is_step = draft.machinery and not _is_call(draft)  # a model call costs money: it is always shown
    return is_step or not draft.repeats.isdisjoint(telling)


def _line(draft: Draft, hidden: Mapping[str, Draft]) -> Iterator[Draft]:
    """Walk up from a draft through left-out ones, up to the first one that stays."""
    passed: set[str] = set()
    above = hidden.get(draft.parent_id or "")
    while above is not None and above.call_id not in passed:
        passed.add(above.call_id)
        yield above
        above = hidden.get(above.parent_id or "")


def _move_up(visible: Mapping[str, Draft], lines: Lines) -> None:
    for draft in visible.values():
        line = lines[draft.call_id]
        if line:
            top = line[-1]
            runs = (one.fields["run_id"] for one in (draft, *line))
            moved = {"parent_call_id": top.parent_id, "run_id": next((id for id in runs if id is not None), None)}
            draft.fields |= {"path": draft.fields["path"] or _path_beside(top, draft.fields["name"]), **moved}


def _path_beside(step: Draft, name: str) -> str | None:
    """Return the path of a span that replaces a step with a known path: the parent of the step is in no tree."""
    path, end = step.fields["path"], f".{step.fields['name']}"
    return f"{path.removesuffix(end)}.{name}" if path and path.endswith(end) else None


def _keep_order(visible: Mapping[str, Draft], hidden: Mapping[str, Draft], lines: Lines) -> None:
    """Move declared edges to spans that stay: from the children of a step to those of the next one."""
    below: dict[str, set[str]] = {}
    for draft in visible.values():
        for one in lines[draft.call_id]:
            below.setdefault(one.call_id, set()).add(draft.call_id)
    for draft in visible.values():
        declared = draft.after.union(*(one.after for one in lines[draft.call_id]))
        if draft.stamp is not None:
            after = frozenset(_shown(declared, hidden, below)) - {draft.call_id}
            draft.stamp = draft.stamp._replace(after=after)


def _shown(ids: Iterable[str], hidden: Mapping[str, Draft], below: Mapping[str, set[str]]) -> Iterator[str]:
    """Replace a left-out step by its children and by its declared predecessors."""
    left, seen = list(ids), set(ids)
    while left:
        one = left.pop()
        if one not in hidden:
            yield one
            continue
        yield from below.get(one, ())
        earlier = hidden[one].after - seen
        seen |= earlier
        left.extend(earlier)


def _keep_counters(visible: Mapping[str, Draft], hidden: Mapping[str, Draft], lines: Lines) -> None:
    """Add the counters of left-out steps to the span above, else to the first one below."""
    for step in hidden.values():
        if step.usage is not None and not step.repeats:
            above = (lines[step.call_id] or (step,))[-1].parent_id
            below = (one.call_id for one in visible.values() if any(up is step for up in lines[one.call_id]))
            heir = visible.get(above or "") or visible.get(next(below, ""))
            if heir is not None:
                heir.fields["usage"] = _merged(heir.usage, step.usage)


def _inherited(drafts: Sequence[Draft], hidden: Mapping[str, Draft]) -> Iterator[tuple[str, Usage]]:
    """Yield the usage that a left-out repetition reported, with the id of the call that takes it over.

    Spans above and below the repetition are the same call: the outermost one gets the usage, or the last attempt.
    A cancelled call gets none: its report is incomplete.
    """
    tellers = [draft for draft in drafts if draft.call_id in hidden and _reports(draft)]
    if not tellers:
        return
    by_id = {draft.call_id: draft for draft in drafts}
    around = calls_around((draft.call_id, draft.parent_id, draft.fields["type"]) for draft in drafts)
    calls = {id: tuple(outer_calls(id, one.fields["type"], around)) for id, one in by_id.items() if _is_call(one)}
    for teller in tellers:
        above = [id for id in calls[teller.call_id] if id not in hidden]
        below = [id for id, outer in calls.items() if id not in hidden and teller.call_id in outer]
        others = [by_id[id] for id in (*calls[teller.call_id], *below)]
        heir = above[-1] if above else below[-1] if below else None
        if heir is None or by_id[heir].fields["status"] == "cancelled" or any(map(_reports, others)):
            continue
        if teller.usage is not None:
            yield heir, teller.usage


def _is_call(draft: Draft) -> bool:
    return draft.fields["type"] in MODEL_CALLS


def _reports(draft: Draft) -> bool:
    return _is_call(draft) and is_report(draft.usage)


def _merged(known: Usage | None, more: Usage) -> Usage:
    return more if known is None else Usage.merged([known, more])
