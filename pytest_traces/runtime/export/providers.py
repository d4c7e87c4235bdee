"""Where finished runs go: document 001's tracing providers."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pytest_traces.redaction import redact
from pytest_traces.runtime.recording.ancestry import path_of, run_id_of
from pytest_traces.runtime.recording.place import CURRENT, OUTSIDE, Place
from pytest_traces.runtime.recording.recorder import NO_CAP, Notice, Record, Recorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_traces.model.tree import SpanTree

LOG = logging.getLogger("pytest_traces")


class FinishedRun:
    """A run that is over, nested runs and all; its models are built when somebody asks."""

    def __init__(self, records: Sequence[Record], notices: Sequence[Notice]) -> None:
        self._records = records
        self._notices = notices
        self.run_id = run_id_of(records[0])
        self.path = path_of(records[0])

    @cached_property
    def tree(self) -> SpanTree:
        """Its spans and events."""
        from pytest_traces.runtime.harvest.tree import grow

        tree = grow(self._records, self._notices)
        for span in tree.spans:  # in production nobody sees tasks being spawned: time is all that orders spans
            private = span.__pydantic_private__
            assert private is not None, "unreachable because spans have private attributes"
            private["_stamp"] = None
        return tree

    def __len__(self) -> int:
        return len(self._records)


class TracingProvider(Protocol):
    """Takes finished runs; derive from it and say what `put` does.

    >>> class Count(TracingProvider):
    ...     spans = 0
    ...     def put(self, run):
    ...         self.spans += len(run)
    >>> from pytest_traces.runtime import span
    >>> count = Count()
    >>> with install(count), span(span_type="tool", name="search"):
    ...     pass
    >>> count.spans
    1
    """

    def put(self, run: FinishedRun) -> None:
        """Take a run that is over; called where it ended, so it must not take long."""

    def get(self, run_id: str) -> FinishedRun | None:
        """Give a run back; `None` where it is not kept."""
        return None

    def close(self) -> None:
        """Let go of everything; nothing comes after it."""
        return


class InMemoryTracingProvider(TracingProvider):
    """Keeps the latest runs in memory."""

    def __init__(self, limit: int = 1000) -> None:
        self._runs: deque[FinishedRun] = deque(maxlen=limit)

    @property
    def runs(self) -> tuple[FinishedRun, ...]:
        """The runs, in the order in which they ended."""
        return tuple(self._runs)

    def put(self, run: FinishedRun) -> None:
        self._runs.append(run)

    def get(self, run_id: str) -> FinishedRun | None:
        return next((run for run in self._runs if run.run_id == run_id), None)


class JsonlTracingProvider(TracingProvider):
    """Appends runs to a file that `Trace.load` and `pytest-traces show` read; secrets are masked."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._lock = threading.Lock()

    def put(self, run: FinishedRun) -> None:
        from pytest_traces.runtime.export.rows import HEADER, encode_rows

        with self._lock:
            is_new = not self._path.exists() or self._path.stat().st_size == 0
            rows = [HEADER] if is_new else []
            rows.extend(encode_rows(run.tree))
            with self._path.open("a", encoding="utf-8") as file:
                file.write("".join(f"{redact(json.dumps(row, ensure_ascii=False))}\n" for row in rows))


class Publisher:
    """Hears what is recorded, and gives each run to the providers when its last span has ended."""

    def __init__(self, providers: Sequence[TracingProvider]) -> None:
        self._providers = list(providers)
        self._parcels: dict[Record, _Parcel] = {}
        self._lock = threading.Lock()

    def new_run(self) -> Recorder:
        """Return a recorder for a run that belongs to no test."""
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
    """Holds a run until it is over; tasks it left behind may record for as long as the program runs."""

    def forget(self, parcel: _Parcel) -> None:
        done = set(parcel.records)
        self.records = [record for record in self.records if record not in done]
        self.notices = [notice for notice in self.notices if notice.record not in done]


def install(*providers: TracingProvider) -> ExitStack:
    """Give finished runs to providers; leave the `with` block, or `close()` what is returned, to stop and close them.

    Without arguments the environment chooses: OTLP/HTTP where `OTEL_EXPORTER_OTLP_ENDPOINT` is set, memory else.
    Installed inside a test it hears that test too; one installed before hears nothing of tests.
    """
    chosen = providers or (from_environment(),)
    publisher = Publisher(chosen)
    stack = ExitStack()
    for provider in chosen:
        stack.callback(provider.close)
    before = OUTSIDE.new_run
    OUTSIDE.new_run = publisher.new_run
    stack.callback(setattr, OUTSIDE, "new_run", before)
    place = CURRENT.get()
    if isinstance(place, Place):
        place.recorder.listen(publisher)
        stack.callback(place.recorder.unlisten, publisher)
    return stack


def from_environment() -> TracingProvider:
    """Return the provider that OpenTelemetry's standard variables ask for."""
    from pytest_traces.runtime.export.otlp_http import OtlpTracingProvider, is_configured

    return OtlpTracingProvider() if is_configured() else InMemoryTracingProvider()
