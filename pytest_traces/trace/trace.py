"""`Trace`: queries, assertions and drawings of one recording."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import replace
from functools import partial
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from pytest_traces.analysis.health.retries import find_retries
from pytest_traces.analysis.health.slow import slow_spans
from pytest_traces.analysis.health.status import trace_status
from pytest_traces.assertions.assert_methods import Expectations
from pytest_traces.assertions.expectations.soft import soft
from pytest_traces.assertions.names import Row
from pytest_traces.assertions.queries.matching.texts import Text, anything
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.assertions.query_methods import Queries
from pytest_traces.assertions.subject import Look
from pytest_traces.assertions.waiting import Wait, require_awaited
from pytest_traces.drawing.timeline import draw_timeline
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.errors import TracesError, UnknownCondition
from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.compared import require_no_text
from pytest_traces.model.words.status import TraceStatus, trace_status_word
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.recordings.host import present_host
from pytest_traces.trace.run import Retry, Run
from pytest_traces.trace.selection import Home, Selection, Span
from pytest_traces.trace.snapshots import SnapshotExpectations


class Trace(Queries[Span, Selection], Expectations[Span, Selection], SnapshotExpectations, Mapping[str, Span]):
    """What one test recorded: a mapping of call id to span, in start order.

    >>> trace.tools.names
    ['geocode', 'get_weather']
    >>> trace.one("get_weather").input
    {'city': 'Paris'}

    Queries and assertions on a trace that recorded nothing raise `EmptyTrace`.
    """

    def __init__(self, tree: SpanTree, why_empty: Callable[[], str] = str, options: TraceOptions | None = None) -> None:
        self._options = options or TraceOptions()
        self._caption = ""
        self._identity = object()
        self._recorded = tree
        self._why_empty = why_empty
        self._seen: Home | None = None

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Trace:
        """Return the trace of a file: our JSON lines, OTLP/JSON or Jaeger JSON, recognised by its content.

            trace = Trace.load("production/slow_answer.json")
            assert trace.tools.names == ["geocode", "get_weather"]

        Raises `CorruptFile` for a file that holds no trace. The file stays unchanged.
        """
        from pytest_traces.formats.loading import load_tree

        return Trace(load_tree(path), lambda: f"the file {fspath(path)!r} holds no spans")

    def with_options(self, **changed: Any) -> Trace:
        """Return the same trace with other options, as in `trace.with_options(retry_rule="repeated")`."""
        known = TraceOptions.__dataclass_fields__
        for name in changed:
            if name not in known:
                raise UnknownCondition("option", name, known)
        other = copy(self)
        other._options, other._seen = replace(self.options, **changed), None
        return other

    if not TYPE_CHECKING:  # hidden from type checkers, which would then accept every attribute

        def __setattr__(self, name: str, value: Any) -> None:
            __tracebackhide__ = True
            if name[0] != "_":
                raise _not_assigned(name, value)
            object.__setattr__(self, name, value)

    @property
    def options(self) -> TraceOptions:
        """Its options; `with_options` returns the same trace with other ones."""
        return self._options

    @property
    def spans(self) -> Selection:
        """Every span, in start order. The only selection that may be empty without an error."""
        home = self._home()
        return home.select(home.scope.spans)

    @property
    def roots(self) -> Selection:
        """The spans without a parent: one for each run, and one for each lost context."""
        home = self._home()
        home.scope.require_recorded()
        return home.select(home.scope.tree.roots)

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event in order, `start` and `output` of each span included."""
        return Row(self._some_tree().events)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, in start order."""
        home = self._home()
        home.scope.require_recorded()
        runs: dict[str, list[SpanData]] = {}
        for span in home.scope.spans:
            runs.setdefault(span.run_id, []).append(span)
        return Row(_run(run_id, home.select(spans)) for run_id, spans in runs.items())

    @property
    def machinery(self) -> Selection:
        """The steps of frameworks themselves, which the tree leaves out, with their real relatives."""
        shown = self._tree()
        home = self._home_of(shown.whole)
        home.scope.require_recorded()
        return home.select(span for span in home.scope.spans if span.call_id not in shown.by_id)

    @property
    def retries(self) -> tuple[Retry, ...]:
        """The retried operations, in order of their first attempts."""
        home = self._home()
        home.scope.require_recorded()
        found = find_retries(home.scope.tree, self.options.retry_rule)
        tried = (Retry(**{**vars(one), "spans": tuple(map(home.span, one.spans))}) for one in found)
        return Row(tried, home.scope.tree)

    @property
    def slow(self) -> Selection:
        """The spans that took at least `slow_ms`; a running one counts up to now."""
        home = self._home()
        home.scope.require_recorded()
        return home.select(slow_spans(home.scope.spans, self.options.slow_ms))

    @property
    def status(self) -> TraceStatus:
        """`failed` if a run failed, `running` if one still runs, `warning` if one retried, else `success`."""
        return trace_status_word(trace_status(self.roots, retried=bool(self.retries)))

    def wait_for(self, name: Text = anything, /, *, timeout: float = 2.0, **conditions: Any) -> Span:
        """Return the first span that matches once it has ended; fail the test after `timeout` seconds.

        >>> trace.wait_for("get_weather", timeout=5).output
        {'temp': 21}
        """
        __tracebackhide__ = True
        return Wait(self._look, name, conditions, timeout).sync()

    def wait_for_async(
        self, name: Text = anything, /, *, timeout: float = 2.0, **conditions: Any
    ) -> Coroutine[Any, Any, Span]:
        """Wait like `wait_for`, while other tasks run. A test that does not await it fails."""
        waiting = Wait(self._look, name, conditions, timeout).cooperative()
        present_host().until_over(partial(require_awaited, waiting))
        return waiting

    def soft(self) -> AbstractContextManager[None]:
        """Run every `assert_...` of a block, and report all failures together.

        >>> with trace.soft():
        ...     trace.assert_never("delete_*")
        ...     trace.assert_no_errors()
        """
        return soft(present_host())

    def timeline(self) -> str:
        """Return the text timeline of document 003: each step with its time and how it ended, retries marked."""
        tree = self._some_tree()
        retries = find_retries(tree, self.options.retry_rule)
        return draw_timeline(tree, slow_ms=self.options.slow_ms, retries=retries, status=self.status)

    def __contains__(self, key: object) -> bool:
        """Look for a call id, or for a span or a name as in `trace.spans`."""
        __tracebackhide__ = True
        return (isinstance(key, str) and key in self._tree().by_id) or key in self.spans

    def __eq__(self, other: object) -> bool:
        require_no_text(None if isinstance(other, Mapping) else other, "spans")
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # a mapping

    def __getitem__(self, call_id: str) -> Span:
        __tracebackhide__ = True
        home = self._home()
        by_id = home.scope.tree.by_id
        if isinstance(call_id, str) and call_id not in by_id and call_id in self.spans:
            raise TracesError(f"{call_id!r} is no call id; it is a name, which trace.one and trace.find take")
        return home.span(by_id[call_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree().by_id)

    def __len__(self) -> int:
        return len(self._tree().spans)

    def __repr__(self) -> str:
        failed = sum(1 for span in self._tree().spans if span.failed)
        return f"<trace: {len(self)} spans{f', {failed} failed' if failed else ''}>"

    def __str__(self) -> str:
        return draw_tree(self._tree(), outline)

    def _tree(self) -> SpanTree:
        """Return what was recorded so far: the same tree until more is recorded."""
        return self._recorded

    def _some_tree(self) -> SpanTree:
        __tracebackhide__ = True
        scope = self._home().scope
        scope.require_recorded()
        return scope.tree

    def _home(self) -> Home:
        tree = self._tree()
        if self._seen is None or self._seen.scope.tree is not tree:
            self._seen = self._home_of(tree)
        return self._seen

    def _home_of(self, tree: SpanTree) -> Home:
        rule = self.options.retry_rule
        return Home(Scope(tree, why_empty=self._why_empty, retry_rule=rule, caption=self._caption))

    def _look(self, type: str | None = None) -> Look[Span, Selection]:
        home = self._home()
        return Look(home.scope if type is None else home.scope.of_type(type), home.span, home.select)


def _run(run_id: str, spans: Selection) -> Run:
    ids = {span.call_id for span in spans}
    root = next((span for span in spans if span.parent_call_id not in ids), spans[0])
    return Run(
        run_id=run_id,
        root=root,
        spans=tuple(spans),
        status=root.status,
        usage=spans.usage,
        elapsed=root.elapsed,
        started_by=root.parent_call_id,
    )


def _not_assigned(name: str, value: object) -> TracesError:
    """Return the error for an attribute that is set; for an option it names `with_options`."""
    if name in TraceOptions.__dataclass_fields__:
        way = f"write trace = trace.with_options({name}={value!r})"
    else:
        way = "a trace is read-only"
    return TracesError(f"trace.{name} cannot be set; {way}")
