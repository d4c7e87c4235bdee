"""Streams of a trace: when the first piece came, and whether the stream was read to its end."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.event_types import CHUNK
from pytest_traces.model.words.status import INTERRUPTED


def first_chunks(tree: SpanTree) -> dict[str, float]:
    """Return the milliseconds from the start of each span that streams to its first piece, by call id."""
    waits: dict[str, float] = {}
    for event in tree.noted:
        if event.type == CHUNK and event.call_id in tree.by_id:
            waits.setdefault(event.call_id, event.t - tree.by_id[event.call_id].t0)
    return waits


def broken_off(spans: Iterable[SpanData]) -> dict[str, list[SpanData]]:
    """Return the streams that did not reach their end: the reader left (`abandoned`), or they failed (`broken off`)."""
    found: dict[str, list[SpanData]] = {}
    for span in spans:
        if span.status != "success":
            found.setdefault("abandoned" if span.status in INTERRUPTED else "broken off", []).append(span)
    return found
