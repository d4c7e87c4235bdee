"""Collects the spans of each run while they are recorded, and publishes the run when its last span has ended."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from pytest_traces.runtime.export.provider import LOG, FinishedRun, TracingProvider
from pytest_traces.runtime.recording.recorder import NO_CAP, Notice, Record, Recorder


class Publisher:
    """Listens to recorders, and gives each run to the providers when its last span has ended."""

    def __init__(self, providers: Sequence[TracingProvider]) -> None:
        self._providers = list(providers)
        self._parcels: dict[Record, _Parcel] = {}
        self._lock = threading.Lock()

    def new_run(self) -> Recorder:
        """Return a recorder for a run outside of any test."""
        recorder = _RunRecorder("provider", max_spans=NO_CAP, max_events=NO_CAP)
        recorder.listen(self)
        return recorder

    def started(self, record: Record) -> None:
        with self._lock:
            parcel = self._parcels.get(record.parent) if record.parent is not None else None
            if parcel is None:
                parcel = _Parcel()
            parcel.records.append(record)
            parcel.running += 1
            self._parcels[record] = parcel

    def noted(self, notice: Notice) -> None:
        with self._lock:
            parcel = self._parcels.get(notice.record)
            if parcel is not None:
                parcel.notices.append(notice)

    def ended(self, record: Record) -> None:
        with self._lock:
            parcel = self._parcels.get(record)
            if parcel is None:
                return
            parcel.running -= 1
            if parcel.running:
                return
            for done in parcel.records:
                del self._parcels[done]
        if isinstance(record.recorder, _RunRecorder):
            record.recorder.forget(parcel)
        self._publish(FinishedRun(parcel.records, parcel.notices))

    def _publish(self, run: FinishedRun) -> None:
        for provider in list(self._providers):
            try:
                provider.put(run)
            except Exception:  # a program must not fail because its observer does
                self._providers.remove(provider)
                LOG.warning("%s failed and gets no more runs", type(provider).__name__, exc_info=True)


class _Parcel:
    """The spans of one run so far."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.notices: list[Notice] = []
        self.running = 0


class _RunRecorder(Recorder):
    """Holds a run until it is over; a task that the run leaves behind may go on recording."""

    def forget(self, parcel: _Parcel) -> None:
        done = set(parcel.records)
        self.records = [record for record in self.records if record not in done]
        self.notices = [notice for notice in self.notices if notice.record not in done]
