"""What users hold: one trace that can be asked, asserted on, drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from pytest_traces.analysis.retries import RetryRule, find_retries
from pytest_traces.analysis.slow import SLOW_MS, slow_spans
from pytest_traces.analysis.status import trace_status
from pytest_traces.assertions.comparing import Row
from pytest_traces.assertions.expectations.soft import soft
from pytest_traces.assertions.queries.texts import Text, anything
from pytest_traces.assertions.queries.waiting import Wait
from pytest_traces.assertions.selection import Family, Selection
from pytest_traces.assertions.vocabulary import Expectations
from pytest_traces.drawing.timeline import draw_timeline
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.errors import TracesError
from pytest_traces.model.event import Event
from pytest_traces.model.run import Retry, Run
from pytest_traces.model.span import Span
from pytest_traces.model.status import TraceStatus
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.usage import Usage
from pytest_traces.snapshots.normalising.masks import Masks
from pytest_traces.snapshots.normalising.scrubber import Scrubber
from pytest_traces.snapshots.writing.span_tree import span_tree_text


class Trace(Expectations, Mapping[str, Span]):
    """What one test recorded: a mapping of call id to span, in start order.

    >>> trace.tools.names
    ['geocode', 'get_weather']
    >>> trace.one("get_weather").input
    {'city': 'Paris'}

    Queries and assertions on a trace that recorded nothing raise `EmptyTrace`.
    """

    slow_ms: float = SLOW_MS
    """Milliseconds from which a span is slow."""
    retry_rule: RetryRule = "failed"
    """`failed`: only what failed can be retried; `repeated`: a tool that appears again was, as in document 003."""
    root_path: Path | None = None
    """The project's directory, masked in snapshots."""
    project_masks: Masks | None = None
    """What every snapshot of the project leaves out, masks and adds."""

    def __init__(self, tree: SpanTree, why_empty: Callable[[], str] = str) -> None:
        self._grown = Family(tree, why_empty)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Trace:
        """Return the trace a file holds: our JSON lines, OTLP/JSON or Jaeger JSON, told by its content.

            trace = Trace.load("production/slow_answer.json")
            assert trace.tools.names == ["geocode", "get_weather"]

        A file that cannot be read as a trace raises `CorruptFile`; files are never written.
        """
        from pytest_traces.formats.loading import load_tree

        return Trace(load_tree(path), lambda: f"the file {fspath(path)!r} holds no spans")

    @property
    def _family(self) -> Family:
        family = self._grow()
        family.retry_rule = self.retry_rule
        return family

    def _grow(self) -> Family:
        """Return what was recorded so far."""
        return self._grown

    @property
    def spans(self) -> Selection:
        """Every span, in start order. The only selection that may be empty without an error."""
        return self._family.select(self._family.tree.spans)

    @property
    def roots(self) -> Selection:
        """The spans without a parent, one for each run and each lost context."""
        self._family.require_spans()
        return self._family.select(self._family.tree.roots)

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event in order, `start` and `output` of each span included."""
        self._family.require_spans()
        return Row(self._family.tree.events)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs, in start order."""
        self._family.require_spans()
        runs: dict[str, list[Span]] = {}
        for span in self._family.tree.spans:
            runs.setdefault(span.run_id, []).append(span)
        return Row(self._run(run_id, spans) for run_id, spans in runs.items())

    @property
    def tools(self) -> Selection:
        """The calls of tools."""
        return self.find(type="tool")

    @property
    def llms(self) -> Selection:
        """The calls of language models."""
        return self.find(type="llm")

    @property
    def agents(self) -> Selection:
        """The turns of agents."""
        return self.find(type="agent")

    @property
    def retrievals(self) -> Selection:
        """The retrievals and searches."""
        return self.find(type="retrieval")

    @property
    def machinery(self) -> Selection:
        """The steps of frameworks themselves, which the tree leaves out, with the relatives they really have."""
        return self._family.machinery()

    @property
    def usage(self) -> Usage:
        """What the test consumed, nothing counted twice."""
        return self._asked.usage

    @property
    def retries(self) -> tuple[Retry, ...]:
        """What was tried again, in order of the first attempts."""
        self._family.require_spans()
        return Row(find_retries(self._family.tree, self.retry_rule))

    @property
    def slow(self) -> Selection:
        """The spans that took `slow_ms` or longer; one that still runs, since it began."""
        return self._family.select(slow_spans(self._asked, self.slow_ms))

    @property
    def status(self) -> TraceStatus:
        """`failed` where a run failed, `running` where one still does, `warning` where one retried, else `success`."""
        return trace_status(tuple(self.roots), retried=bool(self.retries))

    @property
    def elapsed(self) -> float | None:
        """Milliseconds during which anything ran; `None` while a span still runs."""
        return self._asked.elapsed

    def one(self, name: Text = anything, /, **conditions: Any) -> Span:
        """Return the only span that matches; otherwise fail the test and draw the trace.

        >>> trace.one("get_weather", type="tool").input
        {'city': 'Paris'}
        """
        __tracebackhide__ = True
        return self._asked.one(name, **conditions)

    def first(self, name: Text = anything, /, **conditions: Any) -> Span:
        """Return the first span that matches; fail the test where none does."""
        __tracebackhide__ = True
        return self._asked.first(name, **conditions)

    def last(self, name: Text = anything, /, **conditions: Any) -> Span:
        """Return the last span that matches; fail the test where none does."""
        __tracebackhide__ = True
        return self._asked.last(name, **conditions)

    def find(self, name: Text = anything, /, **conditions: Any) -> Selection:
        """Return every span that matches, perhaps none; see `Selection.find`."""
        __tracebackhide__ = True
        return self._asked.find(name, **conditions)

    def wait_for(self, name: Text = anything, /, *, timeout: float = 2.0, **conditions: Any) -> Span:
        """Return the first span that matches once it has ended; fail the test after `timeout` seconds.

        >>> trace.wait_for("get_weather", timeout=5).output
        {'temp': 21}
        """
        __tracebackhide__ = True
        return Wait(lambda: self._family, name, conditions, timeout).sync()

    async def wait_for_async(self, name: Text = anything, /, *, timeout: float = 2.0, **conditions: Any) -> Span:
        """Do what `wait_for` does while other tasks run."""
        __tracebackhide__ = True
        return await Wait(lambda: self._family, name, conditions, timeout).cooperative()

    def soft(self) -> AbstractContextManager[None]:
        """Let every `assert_...` of a block have its say, and report what failed together.

        >>> with trace.soft():
        ...     trace.assert_never("delete_*")
        ...     trace.assert_no_errors()
        """
        return soft()

    def span_tree(
        self,
        *,
        include: str | Iterable[str] = (),
        ignore: str | Iterable[str] = (),
        replace: Mapping[str, Any] | None = None,
    ) -> str:
        """Return the normalised tree as text, for `==` with a string, a syrupy snapshot or an inline one."""
        __tracebackhide__ = True
        self._family.require_spans()
        return span_tree_text(self._family.tree, self._masks(include, ignore, replace), self._scrubber())

    def timeline(self) -> str:
        """Return the text timeline of document 003: each step with its time and how it ended, retries marked."""
        self._family.require_spans()
        return draw_timeline(self._family.tree, slow_ms=self.slow_ms, retries=self.retries, status=self.status)

    def assert_span_tree(self, *args: Any, **options: Any) -> None:
        """Compare the tree with a committed snapshot: only the fixture `trace` knows the test it belongs to."""
        raise _no_snapshot("assert_span_tree")

    def assert_events(self, *args: Any, **options: Any) -> None:
        """Compare the events with a committed snapshot: only the fixture `trace` knows the test it belongs to."""
        raise _no_snapshot("assert_events")

    def assert_usage(self, *args: Any, **options: Any) -> None:
        """Compare the usage with a committed snapshot: only the fixture `trace` knows the test it belongs to."""
        raise _no_snapshot("assert_usage")

    def __contains__(self, key: object) -> bool:
        """Look for a call id, or for a span or a name as in `trace.spans`."""
        __tracebackhide__ = True
        return (isinstance(key, str) and key in self._family.tree.by_id) or key in self.spans

    def __getitem__(self, call_id: str) -> Span:
        __tracebackhide__ = True
        tree = self._family.tree
        if isinstance(call_id, str) and call_id not in tree.by_id and call_id in self.spans:
            raise TracesError(f"{call_id!r} is no call id; it is a name, which trace.one and trace.find take")
        return tree.by_id[call_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._family.tree.by_id)

    def __len__(self) -> int:
        return len(self._family.tree.spans)

    def __repr__(self) -> str:
        failed = sum(1 for span in self._family.tree.spans if span.failed)
        return f"<trace: {len(self)} spans{f', {failed} failed' if failed else ''}>"

    def __str__(self) -> str:
        return draw_tree(self._family.tree, outline)

    def _masks(
        self, include: str | Iterable[str], ignore: str | Iterable[str], replace: Mapping[str, Any] | None
    ) -> Masks:
        return Masks(include=include, ignore=ignore, replace=replace, project=self.project_masks)

    def _scrubber(self) -> Scrubber:
        spans = self._family.tree.spans
        ids = {id for span in spans for id in (span.call_id, span.run_id)}
        ended = max(span.t0 if span.t1 is None else span.t1 for span in spans)
        names, made = {span.name for span in spans}, self._directories()
        return Scrubber(spans[0].t0, self.root_path, ended_ms=ended, ids=ids, names=names, directories=made)

    def _directories(self) -> Mapping[str, str]:
        """Return what stands in snapshots for directories that were made for the test."""
        return {}

    def _about(self, type: str | None = None) -> Selection:
        __tracebackhide__ = True
        return self._asked if type is None else self.find(type=type)

    @property
    def _asked(self) -> Selection:
        __tracebackhide__ = True
        self._family.require_spans()
        return self.spans

    def _run(self, run_id: str, spans: list[Span]) -> Run:
        ids = {span.call_id for span in spans}
        root = next((span for span in spans if span.parent_call_id not in ids), spans[0])
        return Run(
            run_id=run_id,
            root=root,
            spans=tuple(spans),
            status=root.status,
            usage=self._family.select(spans).usage,
            elapsed=root.elapsed,
            started_by=root.parent_call_id,
        )


def _no_snapshot(assertion: str) -> TracesError:
    hint = "hint: trace.span_tree() gives the text, for any other comparison"
    return TracesError(f"{assertion}() needs the fixture `trace`: a snapshot belongs to a test\n\n{hint}")
