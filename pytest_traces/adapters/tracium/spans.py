"""Tracium's spans, from the moment they are entered."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from time import sleep
from typing import Any

from tracium.context.trace_context import current_parent_span_id
from tracium.models.span_handle import AgentSpanContext, AgentSpanHandle
from tracium.models.trace_handle import AgentTraceHandle

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracium import values
from pytest_traces.adapters.tracium.remarks import Remarks
from pytest_traces.adapters.tracium.traces import Traces
from pytest_traces.runtime.calls.blocks import seconds_before
from pytest_traces.runtime.recording.clock import now_ms
from pytest_traces.runtime.recording.recorder import Record

_DECORATORS = "tracium.instrumentation.decorators"


class Opened(Remarks):
    """A span that was made, and perhaps entered."""

    def __init__(self, silent: OpenSpan, options: Mapping[str, Any]) -> None:
        super().__init__(silent)
        parent = options.get("parent_span_id")
        self.parent: str | None = None if parent == current_parent_span_id() else parent
        """The parent the program chose; the SDK's own tools pass on the current one."""
        self.started_at = options.get("started_at")


class Spans:
    """Starts and ends the spans of the SDK's spans."""

    def __init__(self, source: Source, traces: Traces) -> None:
        self._source = source
        self._traces = traces

    def opened(self, context: Any, options: Mapping[str, Any] | None = None) -> Opened:
        """Return what is known of a span; one made before the capture began is known from now on."""
        known: Opened | None = getattr(context, "_pytest_traces", None)
        if known is None:
            known = context._pytest_traces = Opened(self._source.silent, options or {})
        return known

    def open(self, context: Any) -> None:
        """Start a span where the SDK's span is entered."""
        opened = self.opened(context)
        if opened.span.record is not None and opened.span.record.ended is None:
            return
        with self._source.guard():
            root = self._traces.below(context.state)
            opened.span = self._source.start(
                context.name or context.span_type,
                context.span_type,
                call_id=context.span_id,
                run=context.state.trace_id,
                exact=True,
                parent=self._parent(context, opened, root),
                input=context._input,
                tags=tuple(context._tags),
                model=values.model(context),
            )
            opened.span.enter()

    def meet_acts(self, context: Any) -> None:
        """Let the test act in place of the block: it fails before its first line, or begins later."""
        record = self.opened(context).span.record
        if record is not None and record.recorder.acts is not None:
            sleep(seconds_before(record) or 0.0)

    def close(self, context: Any, exc: BaseException | None, caller: str) -> None:
        """End the span with what the SDK's span says at its end."""
        opened = self.opened(context)
        record = opened.span.record
        if record is None or record.ended is not None:
            return
        with opened.span.guard():
            _note_second_run(opened.span, exc, caller)
            _set_declared_times(record, context, opened)
            status, error = values.outcome(opened, context._status, context._error, exc)
            record.end(
                status,
                error=error,
                tags=tuple(context._tags),
                model=values.model(context),
                own_usage=values.usage(context, caller),
                metadata=opened.metadata | values.span_metadata(context),
                attributes=values.span_attributes(context),
            )
            self._traces.span_ended(context.state, record)
        opened.span.leave()

    def _parent(self, context: Any, opened: Opened, root: OpenSpan | None) -> str | OpenSpan | None:
        """Return the parent, the id of one that was never recorded here, or `None` for the span that encloses."""
        trace_id = context.state.trace_id
        if opened.parent is not None:
            return "" if opened.parent == context.span_id else opened.parent
        inside = self._source.current()
        if inside.record is not None and inside.record.run_id == trace_id:
            return None  # perhaps another maker's span, below one of ours
        current = self._source.find(context.parent_span_id)
        if current.record is not None and current.record.run_id == trace_id:
            return current
        root = root or self._source.find(trace_id)
        if root:
            return root
        return context.parent_span_id if inside or not self._source.enclosing() else None


def watch_spans(made: Patches, spans: Spans) -> None:
    """Follow every span from its first to its last moment."""

    def __init__(context: Any, **options: Any) -> None:  # noqa: N807
        spans.opened(context, options)  # the SDK changes its current span later
        make(context, **options)

    def __enter__(context: Any) -> Any:  # noqa: N807
        spans.open(context)
        entered = enter(context)
        try:
            spans.meet_acts(context)
        except BaseException as error:
            context.__exit__(type(error), error, None)
            raise
        return entered

    def __exit__(context: Any, *exc: Any) -> None:  # noqa: N807
        leave(context, *exc)
        spans.close(context, exc[1], sys._getframe(1).f_globals.get("__name__", ""))

    def set_input(context: Any, value: Any) -> None:
        put_in(context, value)
        spans.opened(context).span.update(input=value)  # the SDK reads it at the end, changed or not

    def set_output(context: Any, value: Any) -> None:
        put_out(context, value)
        spans.opened(context).span.update(output=value)

    make = made.swap(AgentSpanContext, "__init__", __init__)
    enter = made.swap(AgentSpanContext, "__enter__", __enter__)
    leave = made.swap(AgentSpanContext, "__exit__", __exit__)
    put_in = made.swap(AgentSpanContext, "set_input", set_input)
    put_out = made.swap(AgentSpanContext, "set_output", set_output)


def watch_what_is_dropped(made: Patches, source: Source, spans: Spans) -> None:
    """Keep the metadata of spans, and what was being handled when they were marked as failed."""

    def span(handle: Any, **options: Any) -> Any:
        context = open_span(handle, **options)
        spans.opened(context).add_metadata(options.get("metadata"))
        return context

    def record_span(handle: Any, **options: Any) -> Any:
        answer = report(handle, **options)
        reported, metadata = source.find(answer.get("span_id")), options.get("metadata")
        if reported.record is not None and isinstance(metadata, dict):
            reported.update(metadata={**metadata, **reported.record.metadata})
        return answer

    def add_metadata(handle: Any, metadata: Any) -> None:
        spans.opened(handle._context).add_metadata(metadata)

    def set_failure(context: Any, error: str, **more: Any) -> None:
        spans.opened(context).note_failure(error)
        fail(context, error, **more)

    open_span = made.swap(AgentTraceHandle, "span", span)
    report = made.swap(AgentTraceHandle, "record_span", record_span)
    made.swap(AgentSpanHandle, "add_metadata", add_metadata)
    fail = made.swap(AgentSpanContext, "set_failure", set_failure)


def _set_declared_times(record: Record, context: Any, opened: Opened) -> None:
    """Believe the times a program reports, as `record_span(latency_ms=45)` does."""
    latency = context._latency_ms
    if opened.started_at is not None:
        record.t0 = opened.started_at.timestamp() * 1e3
        record.t1 = None if latency is None else record.t0 + latency
    elif latency is not None:
        record.t1 = now_ms()
        record.t0 = record.t1 - latency


def _note_second_run(span: OpenSpan, exc: BaseException | None, caller: str) -> None:
    """Point out that `@agent_span` runs a function that failed once more, outside of any span."""
    if caller == _DECORATORS and isinstance(exc, Exception) and not isinstance(exc, RuntimeError):
        span.event("run_again", {"by": "agent_span", "error": f"{type(exc).__name__}: {exc}"})
