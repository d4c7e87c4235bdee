"""The snapshots of a trace: its span tree, its events and its usage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_traces.assertions.expectations.soft import softened
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.assertions.queries.totals import total_usage
from pytest_traces.errors import Mismatch
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.text.file import VERSION
from pytest_traces.snapshots.writing.events import events_text
from pytest_traces.snapshots.writing.form import Form, form_of
from pytest_traces.snapshots.writing.span_tree import span_tree_text
from pytest_traces.snapshots.writing.usage import usage_text
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.recordings.host import present_host

Names = str | Iterable[str]
"""One name, or several."""


class SnapshotExpectations:
    """`span_tree`, and the assertions that compare a trace with its committed snapshots."""

    __slots__ = ()

    _options: TraceOptions
    _identity: object
    """Identifies the trace, so that texts of two traces are never taken for the same moment."""

    def span_tree(self, *, include: Names = (), ignore: Names = (), replace: Mapping[str, Any] | None = None) -> str:
        """Return the normalised tree as text, for `==` with a string, a syrupy snapshot or an inline one."""
        __tracebackhide__ = True
        return self._text().draw("span_tree", {"include": include, "ignore": ignore, "replace": replace})

    @softened
    def assert_span_tree(
        self,
        *,
        name: str | None = None,
        include: Names = (),
        ignore: Names = (),
        replace: Mapping[str, Any] | None = None,
    ) -> None:
        """Compare the span tree with its committed snapshot; `pytest --snapshot-update` writes it.

        A line holds type and name, input and output of tools and retrievals, status, error and attempt.
        `include` adds fields to every span. `ignore` leaves out paths such as `output.request_id` or
        `get_weather.output.request_id`. `replace` masks paths by the form of their value: `{"output.id": "uuid"}`.
        Raises `SnapshotMismatch` with the edits, `SnapshotMissing`, or `EmptyTrace`.
        """
        __tracebackhide__ = True
        self._compare("span_tree", name, {"include": include, "ignore": ignore, "replace": replace})

    @softened
    def assert_events(
        self,
        *,
        name: str | None = None,
        ignore: Names = (),
        replace: Mapping[str, Any] | None = None,
        chunks: bool = False,
    ) -> None:
        """Compare the events with their committed snapshot.

        The pieces of a stream are joined into one text: their number depends on the provider, not on the program.
        `chunks=True` keeps the pieces. `ignore` and `replace` take paths such as `approval.payload.request_id`:
        the type of an event, then a key. Raises the errors of `assert_span_tree`.
        """
        __tracebackhide__ = True
        self._compare("events", name, {"ignore": ignore, "replace": replace, "chunks": chunks})

    @softened
    def assert_usage(self, *, name: str | None = None, ignore: Names = ()) -> None:
        """Compare the token counts, requests and other counters with their committed snapshot.

        `ignore` takes globs over the drawn names, as in `*:input_tokens`. Raises the errors of `assert_span_tree`.
        """
        __tracebackhide__ = True
        self._compare("usage", name, {"ignore": ignore})

    def _compare(self, kind: str, name: str | None, options: Mapping[str, Any]) -> None:
        __tracebackhide__ = True
        snapshots = present_host().snapshots(f"assert_{kind}")
        text = self._text()
        text.require_ended()
        snapshots.check(kind, text.draw, name=name, options=options, moment=(self._identity, *text.moment))

    def _text(self) -> TraceText:
        return TraceText(self._scope(), self._options, present_host().directories())

    def _scope(self) -> Scope:
        """Return every span recorded so far."""
        raise NotImplementedError


class TraceText:
    """Writes the text of a trace for a snapshot."""

    def __init__(self, scope: Scope, options: TraceOptions, directories: Mapping[str, str]) -> None:
        self._scope = scope
        self._options = options
        self._directories = directories

    @property
    def moment(self) -> tuple[int, int]:
        """Identifies the state of the trace: it changes when more is recorded."""
        return len(self._scope.spans), len(self._scope.tree.noted)

    def draw(self, kind: str, options: Mapping[str, Any], version: int = VERSION) -> str:
        """Return the text of one kind, `span_tree`, `events` or `usage`, in a version of the format."""
        __tracebackhide__ = True
        self._scope.require_recorded()
        form = form_of(version, self._options.text_limit)
        if kind == "span_tree":
            return self._span_tree(form, **options)
        if kind == "events":
            return self._events(form, **options)
        return usage_text(total_usage(self._scope), **options)

    def require_ended(self) -> None:
        """Fail if a span still runs: a snapshot of it would differ from the next one."""
        __tracebackhide__ = True
        self._scope.require_recorded()
        running = [span for span in self._scope.spans if span.t1 is None]
        if running:
            headline = f"expected every span to have ended, {len(running)} still run{'s' * (len(running) == 1)}"
            hint = "wait for background work, close abandoned streams, and assert after the program is done"
            raise Mismatch(headline, tree=self._scope.point_out(running, "still runs"), hint=hint)

    def _span_tree(
        self, form: Form, *, include: Names = (), ignore: Names = (), replace: Mapping[str, Any] | None = None
    ) -> str:
        masks = Masks(include=include, ignore=ignore, replace=replace, project=self._options.masks)
        return span_tree_text(self._scope.tree, masks, self._scrubber(), form)

    def _events(
        self, form: Form, *, ignore: Names = (), replace: Mapping[str, Any] | None = None, chunks: bool = False
    ) -> str:
        masks = Masks(include=(), ignore=ignore, replace=replace, project=self._options.masks)
        return events_text(self._scope.tree, masks, self._scrubber(), form, chunks=chunks)

    def _scrubber(self) -> Scrubber:
        spans = self._scope.spans
        return Scrubber(
            spans[0].t0,
            self._options.root,
            ended_ms=max(span.t0 if span.t1 is None else span.t1 for span in spans),
            ids={id for span in spans for id in (span.call_id, span.run_id)},
            names={span.name for span in spans},
            directories=self._directories,
        )
