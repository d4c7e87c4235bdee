"""Spans by hand, as document 004 describes them: `agent_trace`, `span`, `record_span`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Required, TypedDict, TypeVar, Unpack, cast

from pytest_traces.model.words.span_types import KNOWN
from pytest_traces.runtime.recording.clock import now_ms
from pytest_traces.runtime.recording.context import CURRENT, OUTSIDE
from pytest_traces.runtime.tracing.checks import fault_of, metadata_of, number_of, tags_of, text_of, type_of
from pytest_traces.runtime.tracing.handle import SpanHandle
from pytest_traces.runtime.values.plain import plain

H = TypeVar("H", bound=SpanHandle)


class SpanOptions(TypedDict, total=False):
    """What `span` takes."""

    span_type: Required[str]
    name: str | None
    input: Any
    tags: Iterable[str] | None
    metadata: Mapping[str, Any] | None
    model_id: str | None
    parent_span_id: str | None


class TraceHandle(SpanHandle):
    """A run while it runs: the root span of its own run, linked to the run that started it."""

    retry_count = 0
    """How many failed attempts of its tools were followed by another one."""

    @property
    def run_id(self) -> str:  # type: ignore[override]  # each trace is a run of its own
        """The run that it is."""
        return self.call_id

    def span(self, **about: Unpack[SpanOptions]) -> SpanHandle:
        """Open a span of this trace, below the span that encloses the running code; see `span`."""
        handle = span(**about)
        if handle is not SILENT:
            handle.belong(self)
        return handle

    def record_span(
        self,
        *,
        output: Any = None,
        latency_ms: float | None = None,
        status: str | None = "completed",
        error: str | BaseException | None = None,
        **about: Unpack[SpanOptions],
    ) -> None:
        """Record a finished step of this trace in one call; see `record_span`."""
        _finish(self.span(**about), output, latency_ms=latency_ms, status=status, error=error)


def agent_trace(
    *,
    agent_name: str,
    tags: Iterable[str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    model_id: str | None = None,
) -> TraceHandle:
    """Open a run of an agent, for `with` or `async with`.

    >>> with agent_trace(agent_name="rag-agent") as trace:
    ...     with trace.span(span_type="retrieval", name="search_docs") as search:
    ...         search.record_output({"num_results": 3})
    """
    if OUTSIDE.quiet:
        return SILENT
    if CURRENT.get() is OUTSIDE and not OUTSIDE.listens():
        OUTSIDE.note(text_of(agent_name))
        return SILENT
    return describe(TraceHandle(text_of(agent_name), "agent"), tags=tags, metadata=metadata, model_id=model_id)


def span(
    *,
    span_type: str,
    name: str | None = None,
    input: Any = None,
    tags: Iterable[str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    model_id: str | None = None,
    parent_span_id: str | None = None,
) -> SpanHandle:
    """Open a span below the one that encloses the running code, for `with` or `async with`.

    >>> with span(span_type="tool", name="process", input={"data": 1}) as step:
    ...     step.record_output({"result": 2})

    Without a recorder it costs next to nothing and does nothing.
    """
    if OUTSIDE.quiet:
        return SILENT
    if CURRENT.get() is OUTSIDE and not OUTSIDE.listens():
        OUTSIDE.note(text_of(name or span_type))
        return SILENT
    kind = KNOWN.get(span_type) if type(span_type) is str else None
    if name is not None and (type(name) is not str or not name.isascii()):
        name = text_of(name)
    handle = SpanHandle(name or text_of(span_type), kind or type_of(span_type))
    if input is not None or tags is not None or metadata is not None or model_id or parent_span_id:
        describe(handle, input, tags=tags, metadata=metadata, model_id=model_id, parent_span_id=parent_span_id)
    return handle


def record_span(
    *,
    output: Any = None,
    latency_ms: float | None = None,
    status: str | None = "completed",
    error: str | BaseException | None = None,
    **about: Unpack[SpanOptions],
) -> None:
    """Record a finished step in one call; it takes what `span` takes, and how the step ended.

    >>> record_span(span_type="tool", name="lookup", input={"key": "u1"}, output={"name": "John"},
    ...             latency_ms=45, status="completed")
    """
    _finish(span(**about), output, latency_ms=latency_ms, status=status, error=error)


def describe(
    handle: H,
    input: Any = None,
    *,
    tags: Iterable[str] | None = None,
    metadata: Mapping[str, Any] | None = None,
    model_id: str | None = None,
    parent_span_id: str | None = None,
) -> H:
    """Set the fields that are known before a span starts; values are copied now."""
    handle.input = plain(input)
    handle.tags = tags_of(tags)
    handle.metadata = metadata_of(metadata)
    handle.model = None if model_id is None else text_of(model_id)
    handle.parent_call_id = None if parent_span_id is None else text_of(parent_span_id)
    return handle


def _finish(
    handle: SpanHandle,
    output: Any,
    *,
    latency_ms: float | None,
    status: str | None,
    error: str | BaseException | None,
) -> None:
    """Record a finished step: it ended now, and lasted as long as given."""
    if handle is SILENT:
        return
    lasted = None if latency_ms is None else number_of(f"latency_ms of span {handle.name!r}", latency_ms)
    if status is not None:
        handle.set_status(status)
    handle.is_block = False
    with handle:
        handle.output = plain(output)
        if error is not None:
            handle.set_status("failed")
            handle.error = fault_of(error)
        now = now_ms()
        handle.end(handle.verdict, t0=handle.t0 if lasted is None else now - lasted, t1=now)


class _Silent:
    """Stands for a span if there is no recorder: takes everything, keeps nothing."""

    __slots__ = ()
    id = trace_id = run_id = call_id = ""
    parent_span_id = None
    retry_count = 0

    def __enter__(self) -> _Silent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def __aenter__(self) -> _Silent:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def _ignore(self, *said: Any, **more: Any) -> None:
        pass

    record_input = record_output = set_token_usage = count = _ignore
    add_tags = set_status = mark_failed = record_span = chunk = _ignore

    def span(self, **about: Any) -> _Silent:
        return self


SILENT = cast("TraceHandle", _Silent())
"""The span of code without a recorder."""
