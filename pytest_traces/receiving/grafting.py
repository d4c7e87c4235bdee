"""Puts the spans of another process below the call that started the process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from pytest_traces.conventions.machinery import is_machinery
from pytest_traces.formats.document import Malformed
from pytest_traces.formats.otlp.reading import Contents
from pytest_traces.formats.spans import ExportedSpan, FileSpan
from pytest_traces.formats.translation import translate
from pytest_traces.formats.tree import replay
from pytest_traces.model.lane import Lane
from pytest_traces.model.stray import Stray
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.recorder import Place, Record

_DIGITS = 16
"""Of the id of a span, in hex."""


class Graft:
    """The spans of one process in one recording.

    Exporters send a span when it has ended, so children come before their parents. A span whose parent has not come
    stands where the process began; when the parent comes, the span is recorded again, below it.
    """

    def __init__(self, what: str, place: Place, parents: Collection[str] = ()) -> None:
        self._what = what
        self.place = place
        """Where the process began: its lane is that of the process."""
        self._parents = parents
        """Ids of spans that the process was told to be its parents."""
        self._arrived = Contents()
        self._orphans: list[ExportedSpan] = []
        self._records: dict[str, Record] = {}
        self._call_ids: dict[str, str] = {}
        self._siblings: dict[int, Siblings] = {}
        self._lock = threading.RLock()
        place.recorder.arrivals = (*place.recorder.arrivals, self.settle)
        place.recorder.closing.callback(self._close)

    def arrive(self, contents: Contents) -> None:
        """Take what the process sent; after the end of the test it is late."""
        recorder = self.place.recorder
        with self._lock:
            recorder.gaps.silent.discard(self._what)
            if recorder.closed:
                for span in contents.spans:
                    recorder.gaps.start_late(Stray(span.name, "process", recorder.owner))
            else:
                self._arrived.add(contents)
                recorder.tick()  # a reader then looks again

    def settle(self) -> None:
        """Record what has arrived since."""
        with self._lock:
            spans = [span for span in self._arrived.spans if span.span_id not in self._records]  # some come twice
            self._arrived.spans.clear()
            if not spans:
                return
            self._arrived.attach_logs(spans)
            spans += self._take_back()
            self._orphans = [replace(span) for span in _orphans(spans, self._has_come)]
            try:
                self._record([*translate(spans)])
            except Malformed as error:
                self.refuse(error)

    def refuse(self, error: Exception) -> None:
        """Fail the test: the process sent what cannot be read."""
        self.place.recorder.gaps.unrecorded.add(f"{self._what} sent spans that cannot be read: {error}")

    def _close(self) -> None:
        """Record the rest and let go of the records: the process may go on sending to its address."""
        with self._lock:
            self.settle()
            self._records.clear()
            self._siblings.clear()
            self.place.record = None

    def _take_back(self) -> Sequence[ExportedSpan]:
        """Return the spans that stand where the process began; they are recorded anew, perhaps below others."""
        gone = {self._records.pop(span.span_id) for span in self._orphans}
        recorder = self.place.recorder
        for record in gone:  # one by one: other threads record meanwhile
            recorder.records.remove(record)
        for notice in [notice for notice in recorder.notices if notice.record in gone]:
            recorder.notices.remove(notice)
        for siblings in self._siblings.values():
            siblings.records = [record for record in siblings.records if record not in gone]
        return self._orphans

    def _has_come(self, span_id: str | None) -> bool:
        return span_id is None or span_id in self._parents or self._find(span_id) is not None

    def _find(self, span_id: str) -> Record | None:
        """Return a span of the process, or one of the test's own OpenTelemetry that called into the process."""
        found = self._records.get(span_id)
        if found is None and len(span_id) == _DIGITS:
            found = self.place.recorder.handed.get(int(span_id, 16))
        return found

    def _record(self, spans: Iterable[FileSpan]) -> None:
        known = {one.span.call_id: one.exported_id for one in spans}
        for one, what in replay(spans):
            if what == "start":
                parent = one.span.parent_call_id or ""
                self._start(one, self._find(known.get(parent, parent)))
            elif isinstance(what, int):
                note = one.notes[what]
                self.place.recorder.emit(self._records[one.exported_id], note.type, note.payload, t=note.t)
            else:
                self._end(one, self._records[one.exported_id])

    def _start(self, one: FileSpan, parent: Record | None) -> None:
        span, recorder = one.span, self.place.recorder
        above = parent if parent is not None else self.place.record
        siblings = self._siblings.setdefault(id(parent), Siblings((parent or self.place).lane))
        place = Place(recorder, above, siblings.lane(span.t0, recorder.tick()))
        if one.exported_id not in self._call_ids:
            self._call_ids[one.exported_id] = recorder.call_ids.free(span.call_id)
        record = self._records[one.exported_id] = Record(span.name, span.type, place, self._call_ids[one.exported_id])
        record.parent, record.t0, record.source = above, span.t0, span.source
        record.set(
            run_id=span.run_id if above is None else None,
            machinery=one.foreign and is_machinery(span, span.attributes, upwards(above)),
            retry_of=span.retry_of,
            **{field: getattr(span, field) for field in _AT_START},
        )
        siblings.records.append(record)
        recorder.add(record)

    def _end(self, one: FileSpan, record: Record) -> None:
        span = one.span
        record.end(span.status, output=span.output, error=span.error, own_usage=span.usage, t1=span.t1)


def _orphans(spans: Iterable[ExportedSpan], has_come: Callable[[str | None], bool]) -> Iterator[ExportedSpan]:
    """Yield the spans whose parents may still come, and all that is below them."""
    below: dict[str | None, list[ExportedSpan]] = {}
    for span in spans:
        below.setdefault(span.parent_id, []).append(span)
    known = {span.span_id for span in spans}
    left = [span for above in below if above not in known and not has_come(above) for span in below[above]]
    for span in left:  # grows meanwhile
        yield span
        left.extend(below.get(span.span_id, ()))


_AT_START = ("input", "model", "tags", "metadata", "attributes")


class Siblings:
    """The spans of a process below one parent: those that overlap in time get lanes of their own."""

    def __init__(self, base: Lane) -> None:
        self._base = base
        self.records: list[Record] = []

    def lane(self, t0: float, now: int) -> Lane:
        """Return the lane of a span that starts at a time."""
        overlapping = [one.started for one in self.records if one.t1 is None or one.t1 > t0]
        if overlapping:
            return Lane(self._base, min(overlapping), "process")
        for one in self.records:
            self._base.hear(one.lane, now)
        return self._base
