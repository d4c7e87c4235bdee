"""Reads our own JSON lines; the tree equals the recorded one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pytest_traces.conventions.lookup import MAX_COUNT
from pytest_traces.formats.document import Document, Malformed, refuse_unknown
from pytest_traces.formats.jsonl.writing import HEADER, ROW_KEYS
from pytest_traces.formats.spans import FileNote, FileSpan
from pytest_traces.formats.validation import checked_own_span, checked_usage
from pytest_traces.model.lane import Lane, LaneKind, Stamp
from pytest_traces.model.span import SpanData, SpanError

_LANE_KINDS: tuple[LaneKind, ...] = get_args(LaneKind)
_HINT = "another version of pytest-traces wrote this file: read it with that version"


def recognises(body: Any) -> bool:
    """Return whether a document is a header of our own format."""
    return isinstance(body, dict) and body.get("format") == HEADER["format"]


def read(documents: Sequence[Document]) -> Iterator[FileSpan]:
    """Read the spans, their events and their lanes."""
    rows = _Rows()
    for line, body in documents:
        try:
            rows.take(body, line)
        except Malformed as error:
            error.line = line
            raise
    return iter(rows.found.values())


class _Rows:
    """Reads row by row; each header begins another recording with its own lanes and clock."""

    def __init__(self) -> None:
        self.found: dict[str, FileSpan] = {}
        self._lanes: dict[int, Lane] = {}
        self._now = 0
        self._zero = 0

    def take(self, row: Any, line: int) -> None:
        if recognises(row):
            self._begin(row)
            return
        kind = row.get("kind") if isinstance(row, dict) else None
        if isinstance(kind, str) and kind in ROW_KEYS:
            refuse_unknown(row, ROW_KEYS[kind], f"{kind} {row['name']!r}" if "name" in row else f"this {kind}")
        if kind == "lane":
            self._take_lane(row)
        elif kind == "span":
            self._take_span(row, line)
        elif kind == "event":
            self._take_event(row)
        elif kind == "heard":
            self._take_heard(row)
        else:
            raise Malformed(f"expected a lane, span or event, found {row!r:.80}")

    def _begin(self, header: Mapping[str, Any]) -> None:
        if header.get("version") != HEADER["version"]:
            raise Malformed(f"format version {header.get('version')!r}, expected {HEADER['version']}", hint=_HINT)
        refuse_unknown(header, HEADER, "the header")
        self._lanes = {}
        self._zero = self._now

    def _take_lane(self, row: Mapping[str, Any]) -> None:
        spawned = row.get("spawned")
        kind = next((kind for kind in _LANE_KINDS if kind == spawned), None)
        if kind is None:
            raise Malformed(f"a lane is spawned as {spawned!r}, expected one of {', '.join(_LANE_KINDS)}")
        parent = None if row.get("parent") is None else self._lane(row["parent"])
        self._lanes[_whole(row, "id")] = Lane(parent, self._clock(row, "clock"), kind)

    def _take_heard(self, row: Mapping[str, Any]) -> None:
        lane = self._lane(row.get("lane"))
        of = row.get("of")
        if not isinstance(of, list) or not all(isinstance(one, list) and len(one) == 3 for one in of):
            raise Malformed(f"of is {of!r:.80}, expected triples of numbers")
        for since, other, until in of:
            lane.hear(self._lane(other), *(self._clock({"of": clock}, "of") for clock in (since, until)))

    def _take_span(self, row: dict[str, Any], line: int) -> None:
        fields = {name: value for name, value in row.items() if name in SpanData.model_fields}
        if isinstance(row.get("error"), dict):
            refuse_unknown(row["error"], SpanError.model_fields, f"the error of span {row.get('name')!r}")
        fields["usage"] = checked_usage(row.get("own_usage"), row.get("name"))
        found = FileSpan(checked_own_span(fields, line), line, stamp=self._stamp(row))
        known = self.found.get(found.span.call_id)
        if known is not None and known.span.t1 is not None:
            raise Malformed(f"span {found.span.name!r} has the id of span {known.span.name!r} (line {known.line})")
        if known is not None:  # the span was written while it ran, and again when it ended
            found.notes = known.notes
        self.found[found.span.call_id] = found

    def _take_event(self, row: Mapping[str, Any]) -> None:
        found = self.found.get(str(row.get("call_id")))
        if found is None:
            raise Malformed(f"event {row.get('type')!r} belongs to the unknown call {row.get('call_id')!r}")
        t: Any = row.get("t")
        if not isinstance(row.get("type"), str) or type(t) not in (int, float) or not -MAX_COUNT < t < MAX_COUNT:
            raise Malformed(f"event without a type or time: {row!r:.80}")
        clock = None if row.get("clock") is None else self._clock(row, "clock")
        found.notes.append(FileNote(row["type"], float(t), row.get("payload"), clock))

    def _stamp(self, row: Mapping[str, Any]) -> Stamp | None:
        if row.get("lane") is None:
            return None
        ended = None if row.get("ended") is None else self._clock(row, "ended")
        after = row.get("after") or []
        if not isinstance(after, list):
            raise Malformed(f"after is {after!r:.80}, expected a list of call ids")
        started = self._clock(row, "started")
        if ended is not None and ended < started:
            raise Malformed(
                f"span {row.get('name')!r} started at {row['started']} and ended before that, at {row['ended']}"
            )
        return Stamp(started, ended, self._lane(row["lane"]), frozenset(map(str, after)))

    def _lane(self, id: Any) -> Lane:
        lane = self._lanes.get(id) if isinstance(id, int) else None
        if lane is None:
            raise Malformed(f"lane {id!r} was never opened")
        return lane

    def _clock(self, row: Mapping[str, Any], key: str) -> int:
        clock = self._zero + _whole(row, key)
        self._now = max(self._now, clock)
        return clock


def _whole(row: Mapping[str, Any], key: str) -> int:
    value = row.get(key)
    if type(value) is not int or not -MAX_COUNT < value < MAX_COUNT:
        raise Malformed(f"{key} is {value!r:.80}, expected a whole number")
    return value
