"""Writes a trace as data of the page: spans in the order of the tree, with lanes and notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_traces.analysis.health.retries import RetryRule, find_retries
from pytest_traces.analysis.health.slow import slow_spans
from pytest_traces.analysis.lanes import Lanes
from pytest_traces.drawing.layout import Layout, Placed
from pytest_traces.drawing.tree import outline
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree

Row = dict[str, Any]
"""One span as plain JSON, without empty fields."""

_NOTHING: dict[type, Any] = {dict: {}, list: [], str: ""}
_VALUES = ("input", "output", "model", "metadata", "attributes")


def recording(tree: SpanTree, *, slow_ms: float, retry_rule: RetryRule = "failed") -> dict[str, Any]:
    """Return a trace as plain data: its lanes, and its spans, parents first.

    Times of spans are milliseconds since the start of the first one; a parent is the index of its row.
    """
    start = min((span.t0 for span in tree.spans), default=0.0)
    notes = _notes(tree, slow_ms, retry_rule)
    events = _events(tree)
    lanes = Lanes(tree)
    numbers: dict[str | None, int] = {}
    rows: list[Row] = []
    for marks, span in _in_order(tree):
        place = {"parent": numbers.get(span.parent_call_id), "lane": lanes.number(span), "marks": marks.rstrip()}
        told = {"notes": notes.get(span.call_id), "events": _event_rows(events.get(span.call_id, []), start)}
        numbers[span.call_id] = len(rows)
        rows.append(_filled(_fields(span, start) | place | told))
    return {"lanes": lanes.kinds, "spans": rows}


def _in_order(tree: SpanTree) -> Iterator[Placed]:
    """Yield the spans of a tree in drawn order."""
    layout = Layout(tree, outline)
    stack = list(reversed(layout.roots))
    while stack:
        placed = stack.pop()
        yield placed
        stack.extend(reversed(layout.children(placed[1])))


def _fields(span: SpanData, start: float) -> Row:
    return {
        "id": span.call_id,
        "name": span.name,
        "type": span.type,
        "status": span.status,
        "from": round(span.t0 - start, 3),
        "to": None if span.t1 is None else round(span.t1 - start, 3),
        **{field: getattr(span, field) for field in _VALUES},
        "error": None if span.error is None else span.error.model_dump(exclude_none=True),
        "tags": list(span.tags),
        "source": "" if span.source == "runtime" else span.source,
        "usage": _usage(span.usage),
    }


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None and value != _NOTHING.get(type(value))}


def _usage(usage: Usage) -> Row:
    models = {name: used.model_dump(exclude_defaults=True) for name, used in usage.by_model.items()}
    return _filled({"models": models, "counters": dict(usage.counters), "unreported": list(usage.unreported)})


def _events(tree: SpanTree) -> dict[str, list[Event]]:
    by_call: dict[str, list[Event]] = {}
    for event in tree.noted:
        by_call.setdefault(event.call_id, []).append(event)
    return by_call


def _event_rows(events: list[Event], start: float) -> list[Row]:
    return [_filled({"type": one.type, "at": round(one.t - start, 3), "payload": one.payload}) for one in events]


def _notes(tree: SpanTree, slow_ms: float, rule: RetryRule) -> dict[str, list[tuple[str, str]]]:
    """Return the notes on each span, by call id, as kind and text."""
    notes = {span.call_id: [("acted", f"acted: {span.acted}")] for span in tree.spans if span.acted is not None}
    for retry in find_retries(tree, rule):
        of = retry.attempts
        for number, span in enumerate(retry.spans, 1):
            told = f"{of} attempts" if len(retry.spans) == 1 else f"attempt {number} of {of}"
            notes.setdefault(span.call_id, []).append(("retry", told))
    for span in slow_spans(tree.spans, slow_ms):
        notes.setdefault(span.call_id, []).append(("slow", "slow"))
    return notes
