"""Puts the spans of another process below the call that started the process."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence

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

    Exporters send a span when it has ended, so children come before their parents. A span is recorded when
    its parent has come, at the latest when the process or the recording is over.
    """

    def __init__(self, what: str, place: Place, parents: Collection[str] = ()) -> None:
        self._what = what
        self.place = place
        """Where the process began: its lane is that of the process."""
        self._parents = parents
        """Ids of spans that the process was told to be its parents."""
        self._arrived = Contents()
        self._waiting: list[ExportedSpan] = []
        self._records: dict[str, Record] = {}
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

    def settle(self, *, is_over: bool = False) -> None:
        """Record what has arrived, except children of spans that still run in the process."""
        with self._lock:
            known = {*self._records, *(span.span_id for span in self._waiting)}  # an exporter may send twice
            self._waiting += [span for span in self._arrived.spans if span.span_id not in known]
            self._arrived.spans.clear()
            ready = [*self._ready(is_over)]
            if ready:
                self._arrived.attach_logs(ready)
                try:
                    self._record([*translate(ready)])
                except Malformed as error:
                    self.refuse(error)

    def refuse(self, error: Exception) -> None:
        """Fail the test: the process sent what cannot be read."""
        self.place.recorder.gaps.unrecorded.add(f"{self._what} sent spans that cannot be read: {error}")

    def _close(self) -> None:
        """Record the rest and let go of the records: the process may go on sending to its address."""
        with self._lock:
            self.settle(is_over=True)
            self._records.clear()
            self._siblings.clear()
            self.place.record = None

    def _ready(self, is_over: bool) -> Sequence[ExportedSpan]:
        """Return the waiting spans whose parents have come; their children come with them."""
        waiting, self._waiting = self._waiting, []
        if is_over:
            return waiting
        below: dict[str, list[ExportedSpan]] = {}
        ready: list[ExportedSpan] = []
        for span in waiting:
            above = span.parent_id
            if above is None or above in self._parents or self._find(above) is not None:
                ready.append(span)
            else:
                below.setdefault(above, []).append(span)
        for span in ready:  # grows meanwhile
            ready.extend(below.pop(span.span_id, ()))
        self._waiting = [span for children in below.values() for span in children]
        return ready

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
        record = self._records[one.exported_id] = Record(
            span.name, span.type, place, recorder.call_ids.free(span.call_id)
        )
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
