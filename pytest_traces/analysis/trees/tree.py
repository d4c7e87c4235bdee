"""Builds the tree of a trace from drafts: derives paths and runs, counts usage once, orders events."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from pytest_traces.analysis.trees.drafts import Draft, Note
from pytest_traces.analysis.trees.machinery import without_machinery
from pytest_traces.analysis.trees.usage import NOTHING, count_once, sum_descendants
from pytest_traces.model.building import trusted
from pytest_traces.model.event import Event
from pytest_traces.model.lane import Stamp
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.compared import Texts
from pytest_traces.model.words.event_types import OUTPUT, START
from pytest_traces.model.words.status import span_status

_UNTAGGED = Texts()
_LONGEST_PATH = 1_000
"""Characters of a path; below a longer path, spans store none."""


def build_tree(drafts: Iterable[Draft], notes: Callable[[], Iterable[Note]] = tuple) -> SpanTree:
    """Return the tree of drafts, in the order of their starts; `notes` are read when events are asked for."""
    with _no_collector():
        every = sorted(drafts, key=attrgetter("started"))
        shown = without_machinery(every)
        return _tree(shown, notes, whole=None if shown is every else lambda: _tree(every, notes))


def _tree(
    ordered: Sequence[Draft], notes: Callable[[], Iterable[Note]], whole: Callable[[], SpanTree] | None = None
) -> SpanTree:
    spans = _spans(ordered)
    return SpanTree(
        spans.values(),
        events=lambda: _events(ordered, notes(), spans),
        noted=lambda: [_noted_event(note, spans) for note in notes() if note.call_id in spans],
        whole=whole,
    )


@contextmanager
def _no_collector() -> Iterator[None]:
    """Pause the garbage collector: nothing built here is garbage, and collections double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _spans(ordered: Sequence[Draft]) -> dict[str, SpanData]:
    every = [draft.fields for draft in ordered]
    own = count_once(every)
    used = sum_descendants(every, own)
    spans: dict[str, SpanData] = {}
    for draft in ordered:
        fields = draft.fields
        call_id = fields["call_id"]
        above = spans.get(fields["parent_call_id"]) if fields["parent_call_id"] is not None else None
        fields["usage"] = used.get(call_id, NOTHING)
        fields["status"] = span_status(fields["status"])
        fields["tags"] = Texts(fields["tags"]) if fields["tags"] else _UNTAGGED
        _place(fields, above)
        over = None if "path" in fields else above
        private = {"_stamp": draft.stamp, "_own_usage": own.get(call_id, NOTHING), "_above": over}
        spans[call_id] = trusted(SpanData, fields, private)
    return spans


def _place(fields: dict[str, Any], above: SpanData | None) -> None:
    """Derive path and run from the parent; of a root both are given or derived from the root itself."""
    if not fields.get("path"):
        kept = "" if above is None else above.kept_path
        if kept is None or len(kept) > _LONGEST_PATH:
            fields.pop("path", None)  # it follows from the path of the parent
        else:
            fields["path"] = fields["name"] if above is None else f"{kept}.{fields['name']}"
    if fields["run_id"] is None:
        fields["run_id"] = fields["call_id"] if above is None else above.run_id


def _events(ordered: Iterable[Draft], notes: Iterable[Note], spans: Mapping[str, SpanData]) -> list[Event]:
    """Merge the `start` and `output` events of every span with the notes, by logical time."""
    timed: list[tuple[int, Event]] = []
    for draft in ordered:
        span = spans[draft.fields["call_id"]]
        timed.append((draft.started, _event(span, START, span.t0, draft.started)))
        if draft.ended is not None:
            timed.append((draft.ended, _event(span, OUTPUT, span.t1 or span.t0, draft.ended, payload=outcome(span))))
    timed.extend((note.clock, _noted_event(note, spans)) for note in notes if note.call_id in spans)
    return [event for _, event in sorted(timed, key=lambda pair: pair[0])]


def outcome(span: SpanData) -> dict[str, object]:
    """Return the payload of the output event of a span."""
    error = span.error.model_dump() if span.error is not None else None
    return {
        "input": span.input,
        "output": span.output,
        "error": error,
        "status": span.status,
        "t0": span.t0,
        "t1": span.t1,
        "usage": span.usage.flat(),
    }


def _noted_event(note: Note, spans: Mapping[str, SpanData]) -> Event:
    return _event(spans[note.call_id], note.type, note.t, note.clock, payload=note.payload)


def _event(span: SpanData, type: str, t: float, clock: int, *, payload: object = None) -> Event:
    fields = {
        "type": type,
        "run_id": span.run_id,
        "path": span.kept_path,
        "call_id": span.call_id,
        "parent_call_id": span.parent_call_id,
        "t": t,
        "payload": payload,
    }
    if fields["path"] is None:
        del fields["path"]
    stamp = None if span.stamp is None else Stamp(clock, clock, span.stamp.lane)
    return trusted(Event, fields, {"_stamp": stamp, "_span": span if "path" not in fields else None})
