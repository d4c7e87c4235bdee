"""Leaves the steps of frameworks out of a tree; what they started, used and waited for moves to spans that stay.

A record is left out if its adapter marked it as `machinery`, or if an adapter named in its `repeats` recorded too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pytest_traces.model.span_types import MODEL_CALLS, STEPS
from pytest_traces.model.usage import Usage
from pytest_traces.runtime.harvest.usage import Node
from pytest_traces.runtime.recording.recorder import Record

Lines = Mapping[str, Sequence[Node]]
"""For each node the nodes right above it that are left out, the nearest first."""


def without_machinery(nodes: Sequence[Node]) -> Sequence[Node]:
    """Return the nodes that a tree shows; the same ones if no node is left out."""
    if not any(node.record.machinery or node.record.repeats for node in nodes):
        return nodes
    sources = {node.record.source for node in nodes}
    hidden = {node.call_id: node for node in nodes if _is_left_out(node.record, sources)}
    visible = {node.call_id: replace(node) for node in nodes if node.call_id not in hidden}
    lines = {node.call_id: tuple(_line(node, hidden)) for node in nodes}
    _move_up(visible, lines)
    _keep_order(visible, hidden, lines)
    _keep_counters(visible, hidden, lines)
    for heir, usage in _inherited(nodes, hidden):
        visible[heir].usage = _sum(visible[heir].usage, usage)
    return list(visible.values())


def _is_left_out(record: Record, sources: set[str]) -> bool:
    is_step = record.machinery and record.type not in MODEL_CALLS  # a call of a model costs: it is always shown
    return is_step or not record.repeats.isdisjoint(sources)


def _line(node: Node, hidden: Mapping[str, Node]) -> Iterator[Node]:
    """Walk up from a node through those that are left out, up to the first one that stays."""
    passed: set[str] = set()
    above = hidden.get(node.parent_id or "")
    while above is not None and above.call_id not in passed:
        passed.add(above.call_id)
        yield above
        above = hidden.get(above.parent_id or "")


def _move_up(visible: Mapping[str, Node], lines: Lines) -> None:
    for node in visible.values():
        line = lines[node.call_id]
        if line:
            node.parent_id = line[-1].parent_id
            node.run_id = next((one.run_id for one in (node, *line) if one.run_id is not None), None)


def _keep_order(visible: Mapping[str, Node], hidden: Mapping[str, Node], lines: Lines) -> None:
    """Let declared edges lead to what stays: from the children of one step to the children of the next."""
    below: dict[str, set[str]] = {}
    for node in visible.values():
        for one in lines[node.call_id]:
            below.setdefault(one.call_id, set()).add(node.call_id)
    for node in visible.values():
        declared = node.after.union(*(one.after for one in lines[node.call_id]))
        node.after = frozenset(_shown(declared, hidden, below)) - {node.call_id}


def _shown(ids: Iterable[str], hidden: Mapping[str, Node], below: Mapping[str, set[str]]) -> Iterator[str]:
    """Replace what is left out by its children, and by what came before it."""
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


def _keep_counters(visible: Mapping[str, Node], hidden: Mapping[str, Node], lines: Lines) -> None:
    """Add what the steps of a framework counted to the span above, else to the first one below."""
    for step in hidden.values():
        if step.usage is not None and not step.record.repeats:
            above = (lines[step.call_id] or (step,))[-1].parent_id
            below = (one.call_id for one in visible.values() if any(up is step for up in lines[one.call_id]))
            heir = visible.get(above or "") or visible.get(next(below, ""))
            if heir is not None:
                heir.usage = _sum(heir.usage, step.usage)


def _inherited(nodes: Sequence[Node], hidden: Mapping[str, Node]) -> Iterator[tuple[str, Usage]]:
    """Find the calls that reported nothing while a repetition of theirs, which is left out, did.

    What is above and below the repetition is the same call: the outermost one gets the usage, or the last attempt.
    """
    tellers = [node for node in nodes if node.call_id in hidden and _reports(node)]
    by_id = {node.call_id: node for node in nodes} if tellers else {}
    calls = {id: tuple(_outer_calls(one, by_id)) for id, one in by_id.items() if one.record.type in MODEL_CALLS}
    for teller in tellers:
        above = [id for id in calls[teller.call_id] if id not in hidden]
        below = [id for id, outer in calls.items() if id not in hidden and teller.call_id in outer]
        others = [by_id[id] for id in (*calls[teller.call_id], *below)]
        if (above or below) and teller.usage is not None and not any(map(_reports, others)):
            yield above[-1] if above else below[-1], teller.usage


def _outer_calls(node: Node, by_id: Mapping[str, Node]) -> Iterator[str]:
    """Walk up through the model calls that a model call is part of."""
    passed = {node.call_id}
    above = by_id.get(node.parent_id or "")
    while above is not None and above.record.type not in STEPS and above.call_id not in passed:
        passed.add(above.call_id)
        if above.record.type in MODEL_CALLS:
            yield above.call_id
        above = by_id.get(above.parent_id or "")


def _reports(node: Node) -> bool:
    return node.record.type in MODEL_CALLS and node.usage is not None and bool(node.usage.by_model)


def _sum(known: Usage | None, more: Usage) -> Usage:
    return more if known is None else known + more
