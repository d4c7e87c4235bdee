"""Writes a trace as rows of plain JSON: the lines of our own file format.

The first row names the format; then each lane, span and event has one row. The last rows hold what each lane learned
of others. The usage in a row is a span's own, so that a reader counts no call twice. `start` and `output` events have
no rows: they follow from the spans.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_traces.model.event import Event
from pytest_traces.model.lane import Lane
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree

HEADER: dict[str, Any] = {"format": "pytest-traces", "version": 1}
"""The first row of every file."""

ROW_KEYS: dict[str, tuple[str, ...]] = {
    "lane": ("kind", "id", "parent", "clock", "spawned"),
    "span": (
        "kind",
        *(field for field in SpanData.model_fields if field != "usage"),
        "own_usage",
        "started",
        "ended",
        "lane",
        "after",
    ),
    "event": ("kind", "type", "call_id", "t", "payload", "clock"),
    "heard": ("kind", "lane", "of"),
}
"""The keys that a row of each kind may have."""


def encode_rows(tree: SpanTree) -> Iterator[dict[str, Any]]:
    """Yield the rows of a trace after the header; the row of a lane precedes all rows that name the lane."""
    lanes: dict[Lane, int] = {}
    for span in tree.spans:
        if span.stamp is not None:
            yield from _new_lanes(span.stamp.lane, lanes)
        yield _span_row(span, lanes)
    for event in tree.noted:
        yield _event_row(event)
    yield from _heard(lanes)


def _span_row(span: SpanData, lanes: dict[Lane, int]) -> dict[str, Any]:
    """Return the row of one span; a field with its default value is left out unless a reader needs it."""
    row: dict[str, Any] = {
        "kind": "span",
        "name": span.name,
        "type": span.type,
        "path": span.kept_path,
        "call_id": span.call_id,
        "parent_call_id": span.parent_call_id,
        "run_id": span.run_id,
        "t0": span.t0,
        "t1": span.t1,
        "status": span.status,
        "input": span.input,
        "output": span.output,
        "error": None if span.error is None else span.error.model_dump(),
        "own_usage": span.own_usage.flat(),
        "model": span.model,
        "tags": list(span.tags),
        "metadata": span.metadata,
        "attributes": span.attributes,
        "source": span.source,
        "retry_of": span.retry_of,
        "acted": span.acted,
    }
    if span.stamp is not None:
        row |= {"started": span.stamp.started, "ended": span.stamp.ended, "lane": lanes[span.stamp.lane]}
        row["after"] = sorted(span.stamp.after)
    return {key: value for key, value in row.items() if value not in (None, {}, []) or key in ("t1", "input", "output")}


def _event_row(event: Event) -> dict[str, Any]:
    """Return the row of one event; its path and its parent are those of its span."""
    row = {"kind": "event", "type": event.type, "call_id": event.call_id, "t": event.t, "payload": event.payload}
    if event.stamp is not None:
        row["clock"] = event.stamp.started
    return row


def _new_lanes(lane: Lane, lanes: dict[Lane, int]) -> Iterator[dict[str, Any]]:
    chain: list[Lane] = []
    above: Lane | None = lane
    while above is not None and above not in lanes:
        chain.append(above)
        above = above.parent
    for new in reversed(chain):
        lanes[new] = len(lanes)
        spawned_by = None if new.parent is None else lanes[new.parent]
        yield {"kind": "lane", "id": lanes[new], "parent": spawned_by, "clock": new.clock, "spawned": new.kind}


def _heard(lanes: dict[Lane, int]) -> Iterator[dict[str, Any]]:
    """Yield what each lane learned of others, which orders the spans of these lanes."""
    left = list(lanes)
    while left:
        lane = left.pop()
        learned = [heard for heard in list(lane.heard) if heard.lane in lanes or _tells(heard.lane, lane)]
        for heard in learned:
            known = len(lanes)
            yield from _new_lanes(heard.lane, lanes)
            left.extend(list(lanes)[known:] if len(lanes) > known else ())
        if learned:
            learned_of = [[since, lanes[other], until] for since, other, until in learned]
            yield {"kind": "heard", "lane": lanes[lane], "of": learned_of}


def _tells(lane: Lane, listener: Lane) -> bool:
    """Return whether a lane without spans may know more than the lane that learns from it."""
    return bool(lane.heard) or lane.parent is not listener
