"""What the `trace` fixture gives: the trace of a running test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pytest_traces.assertions.selection import Family
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.errors import Mismatch
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.snapshots.storing.store import TestSnapshots
from pytest_traces.snapshots.writing.events import events_text
from pytest_traces.snapshots.writing.usage import usage_text
from pytest_traces.trace.trace import Trace

Names = str | Iterable[str]


class TraceFixture(Trace):
    """A trace that grows while the test runs: every look at it sees what was recorded so far.

    It can be compared with what was committed: `assert_span_tree`, `assert_events`, `assert_usage`.
    """

    def __init__(
        self,
        recorder: Recorder,
        snapshots: TestSnapshots,
        why_empty: Callable[[], str] = str,
        directories: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._recorder = recorder
        self._made_for_test = directories
        self._snapshots = snapshots
        self._why_empty = why_empty
        self._seen = recorder.tick()
        super().__init__(harvest(recorder), why_empty)

    def _grow(self) -> Family:
        now = self._recorder.tick()
        if now != self._seen + 1:  # something ticked since the last look
            self._grown = Family(harvest(self._recorder), self._why_empty)
        self._seen = now
        return self._grown

    def assert_span_tree(
        self,
        *,
        name: str | None = None,
        include: Names = (),
        ignore: Names = (),
        replace: Mapping[str, Any] | None = None,
    ) -> None:
        """Compare the span tree with its committed snapshot; `pytest --snapshot-update` writes it.

        A line holds type, name, what went into and came out of tools and retrievals, status, error and attempt.
        `include` adds fields to every span, `ignore` leaves out paths such as `output.request_id` or
        `get_weather.output.request_id`, `replace` masks them by what they must look like: `{"output.id": "uuid"}`.
        Raises `SnapshotMismatch` naming the edits, `SnapshotMissing`, or `EmptyTrace`.
        """
        __tracebackhide__ = True
        self._check("span_tree", name, {"include": include, "ignore": ignore, "replace": replace})

    def assert_events(
        self,
        *,
        name: str | None = None,
        ignore: Names = (),
        replace: Mapping[str, Any] | None = None,
        chunks: bool = False,
    ) -> None:
        """Compare the events with their committed snapshot.

        Streams are folded into what they said: how many pieces a provider cuts its text into is not behaviour.
        `chunks=True` keeps the pieces. `ignore` and `replace` take paths such as `approval.payload.request_id`:
        the type of an event, then a key. Raises like `assert_span_tree`.
        """
        __tracebackhide__ = True
        self._check("events", name, {"ignore": ignore, "replace": replace, "chunks": chunks})

    def assert_usage(self, *, name: str | None = None, ignore: Names = ()) -> None:
        """Compare the token counts, requests and other counters with their committed snapshot.

        `ignore` takes globs over the names drawn, as in `*:input_tokens`. Raises like `assert_span_tree`.
        """
        __tracebackhide__ = True
        self._check("usage", name, {"ignore": ignore})

    @property
    def late(self) -> tuple[str, ...]:
        """Names of the spans that started after the test was over; they are never the next test's."""
        return tuple(record.name for record in self._recorder.late)

    def _check(self, kind: str, name: str | None, options: Mapping[str, Any]) -> None:
        __tracebackhide__ = True
        self._require_ended()
        moment = (len(self._recorder.records), len(self._recorder.notices))
        self._snapshots.check(kind, self._written, name=name, options=options, moment=moment)

    def _written(self, kind: str, options: Mapping[str, Any]) -> str:
        """Write the trace as a kind of snapshot holds it."""
        if kind == "span_tree":
            return self.span_tree(**options)
        if kind == "events":
            return self._events(**options)
        return usage_text(self.usage, **options)

    def _directories(self) -> Mapping[str, str]:
        return self._made_for_test()

    def _events(self, *, ignore: Names = (), replace: Mapping[str, Any] | None = None, chunks: bool = False) -> str:
        masks = self._masks((), ignore, replace)
        return events_text(self._family.tree, masks, self._scrubber(), chunks=chunks)

    def _require_ended(self) -> None:
        self._family.require_spans()
        tree = self._family.tree
        running = {span.call_id: "still runs" for span in tree.spans if span.t1 is None}
        if running:
            headline = f"expected every span to have ended, {len(running)} still run{'s' * (len(running) == 1)}"
            hint = "wait for background work, close abandoned streams, and assert after the program is done"
            raise Mismatch(headline, tree=draw_tree(tree, outline, notes=running, limit=60), hint=hint)
