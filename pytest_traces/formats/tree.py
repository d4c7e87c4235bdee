"""Builds a tree from the spans of a file: checks ids, and adds logical times if the file has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pytest_traces.analysis.trees.drafts import Draft, Note
from pytest_traces.analysis.trees.tree import build_tree
from pytest_traces.conventions.lookup import MAX_COUNT
from pytest_traces.conventions.machinery import is_machinery
from pytest_traces.formats.document import Malformed
from pytest_traces.formats.spans import FileNote, FileSpan
from pytest_traces.formats.validation import refuse_deep
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree


def tree_of(found: Iterable[FileSpan]) -> SpanTree:
    """Return the tree of the spans of a file."""
    by_id = _without_repeats(found)
    for one in by_id.values():
        for note in one.notes:
            event = f"span {one.span.name!r}: a {note.type!r} event"
            refuse_deep(note.payload, event, one.line)
            if not -MAX_COUNT < note.t < MAX_COUNT:
                raise Malformed(f"{event} is at {note.t}, expected Unix milliseconds", line=one.line)
    depths = _depths(by_id)
    if all(one.stamp is not None for one in by_id.values()):
        return _grow_stamped(by_id)
    return _grow_by_time(by_id, depths)


Mark = tuple[str, str | int]
"""The call id of a span, with `start`, `end` or the index of a note."""


def replay(found: Iterable[FileSpan]) -> Iterator[tuple[FileSpan, str | int]]:
    """Yield the starts, notes and ends of spans by time: each span with `start`, `end` or the index of a note."""
    by_id = _without_repeats(found)
    for call_id, what in _marks(by_id, _depths(by_id)):
        yield by_id[call_id], what


def _without_repeats(found: Iterable[FileSpan]) -> dict[str, FileSpan]:
    """Keep one copy of a span that was exported twice; an ended copy replaces an open one."""
    by_id: dict[str, FileSpan] = {}
    for one in found:
        known = by_id.get(one.span.call_id)
        if known is None or (known.span.t1 is None and one.span.t1 is not None):
            by_id[one.span.call_id] = one
        elif known.span != one.span and one.span.t1 is not None:
            what = f"span {one.span.name!r} has the id {one.span.call_id!r} of span {known.span.name!r}"
            raise Malformed(f"{what} (line {known.line})", line=one.line)
    return by_id


def _depths(by_id: Mapping[str, FileSpan]) -> dict[str, int]:
    """Count the ancestors of each span; raise `Malformed` if a span is its own ancestor."""
    depths: dict[str, int] = {}
    for call_id in by_id:
        chain: dict[str, None] = {}
        above: str | None = call_id
        while above is not None and above in by_id and above not in depths:
            if above in chain:
                raise Malformed(f"span {by_id[above].span.name!r} is its own ancestor", line=by_id[above].line)
            chain[above] = None
            above = by_id[above].span.parent_call_id
        depth = -1 if above is None or above not in by_id else depths[above]
        for one in reversed(chain):
            depth += 1
            depths[one] = depth
    return depths


def _grow_stamped(by_id: Mapping[str, FileSpan]) -> SpanTree:
    drafts: list[Draft] = []
    notes: list[Note] = []
    for one in by_id.values():
        stamp = one.stamp
        assert stamp is not None, "unreachable because the caller asked"
        parent = by_id.get(one.span.parent_call_id or "")
        if parent is not None and parent.stamp is not None and parent.stamp.started >= stamp.started:
            raise Malformed(f"span {one.span.name!r} started before its parent {parent.span.name!r}", line=one.line)
        drafts.append(Draft(dict(one.span.__dict__), stamp.started, stamp.ended, stamp))
        notes.extend(_note(one, note, note.clock or 0) for note in one.notes)
    return _grow(drafts, notes)


def _grow_by_time(by_id: Mapping[str, FileSpan], depths: Mapping[str, int]) -> SpanTree:
    """Derive logical times from clock times."""
    clocks = {mark: clock for clock, mark in enumerate(_marks(by_id, depths), 1)}
    drafts: list[Draft] = []
    notes: list[Note] = []
    for call_id, one in by_id.items():
        fields = dict(one.span.__dict__)
        machinery = one.foreign and is_machinery(one.span, one.span.attributes, _above(one, by_id))
        drafts.append(Draft(fields, clocks[call_id, "start"], clocks.get((call_id, "end")), None, machinery))
        notes.extend(_note(one, note, clocks[call_id, index]) for index, note in enumerate(one.notes))
    return _grow(drafts, notes)


def _above(one: FileSpan, by_id: Mapping[str, FileSpan]) -> Iterator[SpanData]:
    """Yield the ancestors of a span, the nearest first."""
    above = by_id.get(one.span.parent_call_id or "")
    while above is not None:
        yield above.span
        above = by_id.get(above.span.parent_call_id or "")


def _note(one: FileSpan, note: FileNote, clock: int) -> Note:
    return Note(one.span.call_id, note.type, note.t, note.payload, clock)


def _grow(drafts: Iterable[Draft], notes: Iterable[Note]) -> SpanTree:
    in_order = sorted(notes, key=lambda note: note.clock)
    return build_tree(drafts, lambda: in_order)


def _marks(by_id: Mapping[str, FileSpan], depths: Mapping[str, int]) -> list[Mark]:
    """Order all starts, ends and notes by time. At equal times: notes, ends from inside out, then starts.

    A parent starts before its children, even if the clocks of two machines disagree.
    """
    starts: dict[str, float] = {}
    for call_id in sorted(by_id, key=depths.__getitem__):
        span = by_id[call_id].span
        starts[call_id] = max(span.t0, starts.get(span.parent_call_id or "", span.t0))
    marks: list[tuple[tuple[float, ...], Mark]] = []
    for place, call_id in enumerate(sorted(by_id, key=lambda call_id: (starts[call_id], depths[call_id]))):
        one, start = by_id[call_id], starts[call_id]
        marks.append(((start, 2, place), (call_id, "start")))
        for index, note in enumerate(one.notes):
            rank = (note.t, 0, place, index) if note.t > start else (start, 2, place, index + 1)
            marks.append((rank, (call_id, index)))
        if one.span.t1 is not None:
            end = max(one.span.t1, start)
            inside_out = (-depths[call_id], -place)
            marks.append(((end, 1 if end > start else 3, *inside_out), (call_id, "end")))
    return [mark for _, mark in sorted(marks)]
