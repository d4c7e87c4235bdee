"""Tracium's spans, from the moment they are entered."""

from __future__ import annotations

from collections.abc import Mapping
from time import sleep
from typing import Any

from tracium.context.trace_context import current_parent_span_id
from tracium.models.span_handle import AgentSpanContext, AgentSpanHandle
from tracium.models.trace_handle import AgentTraceHandle

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.reading import unix_ms
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracium import values
from pytest_traces.adapters.tracium.traces import Traces
from pytest_traces.runtime.calls.blocks import seconds_before
from pytest_traces.runtime.calls.callers import calling_frame
from pytest_traces.runtime.recording.clock import now_ms
from pytest_traces.runtime.recording.recorder import Record

_DECORATORS = "tracium.instrumentation.decorators"


class Opened(values.Remarks):
    """A span of the SDK, entered or not."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()
        parent = options.get("parent_span_id")
        self.parent: str | None = None if parent == current_parent_span_id() else parent
        """The parent that the program chose; `None` for the current one, which the SDK passes itself."""
        self.started_at = options.get("started_at")


class Spans:
    """Starts and ends the spans of the SDK's spans."""

    def __init__(self, source: Source, traces: Traces) -> None:
        self._source = source
        self._traces = traces

    def watch(self, made: Patches) -> None:
        """Record every span from start to end, and the data that its methods drop."""
        made.before(AgentSpanContext, "__init__", self._make)
        made.wrap(AgentSpanContext, "__enter__", self._entering)
        made.after(AgentSpanContext, "__exit__", self._close)
        # The SDK reads the values at the end, when the program may have changed them.
        made.after(AgentSpanContext, "set_input", lambda _, of, value: self._known(of).span.update(input=value))
        made.after(AgentSpanContext, "set_output", lambda _, of, value: self._known(of).span.update(output=value))
        made.before(AgentSpanContext, "set_failure", lambda of, error, **_: self._known(of).note_failure(error))
        made.before(AgentSpanHandle, "add_metadata", lambda of, kept: self._known(of._context).add_metadata(kept))
        made.after(AgentTraceHandle, "span", self._add_metadata)
        made.after(AgentTraceHandle, "record_span", self._add_reported_metadata)

    def _known(self, context: Any) -> Opened:
        """Return the data of a span; a span that was made before the capture began gets data now."""
        if not hasattr(context, "_pytest_traces"):
            self._make(context)
        known: Opened = context._pytest_traces
        return known

    def _make(self, context: Any, **options: Any) -> None:
        """Keep the parent that a program chose: the SDK changes its current span later."""
        context._pytest_traces = Opened(options)

    def _entering(self, enter: Any) -> Any:
        """Make acts possible on blocks: a block fails before its first line, or begins later."""

        def __enter__(context: Any) -> Any:  # noqa: N807
            self._open(context)
            entered = enter(context)
            record = self._known(context).span.record
            try:
                if record is not None and record.recorder.acts is not None:
                    sleep(seconds_before(record) or 0.0)
            except BaseException as error:
                context.__exit__(type(error), error, None)
                raise
            return entered

        return __enter__

    def _open(self, context: Any) -> None:
        """Start a span when the SDK's span is entered."""
        opened = self._known(context)
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

    def _close(self, _: None, context: Any, *exc: Any) -> None:
        """End the span with the data of the SDK's span."""
        caller, opened = str(calling_frame().f_globals.get("__name__")), self._known(context)
        record = opened.span.record
        if record is None or record.ended is not None:
            return
        with opened.span.guard():
            _note_second_run(opened.span, exc[1], caller)
            _set_declared_times(record, context, opened)
            status, error = values.outcome(opened, context._status, context._error, exc[1])
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

    def _add_metadata(self, context: Any, *args: Any, **options: Any) -> None:
        self._known(context).add_metadata(options.get("metadata"))

    def _add_reported_metadata(self, answer: Mapping[str, Any], *args: Any, **options: Any) -> None:
        reported, metadata = self._source.find(answer.get("span_id")), options.get("metadata")
        if reported.record is not None and isinstance(metadata, dict):
            reported.update(metadata={**metadata, **reported.record.metadata})

    def _parent(self, context: Any, opened: Opened, root: OpenSpan) -> str | OpenSpan | None:
        """Return the parent, the id of a parent that was not recorded, or `None` for the enclosing span."""
        trace_id = context.state.trace_id
        if opened.parent is not None:
            return "" if opened.parent == context.span_id else opened.parent
        inside = self._source.current()
        if inside.record is not None and inside.record.run_id == trace_id:
            return None  # perhaps a span of another adapter below one of Tracium
        current = self._source.find(context.parent_span_id)
        if current.record is not None and current.record.run_id == trace_id:
            return current
        unknown = context.parent_span_id if inside or not self._source.enclosing() else None
        return root or self._source.find(trace_id) or unknown


def _set_declared_times(record: Record, context: Any, opened: Opened) -> None:
    """Set the times that a program reports, as in `record_span(latency_ms=45)`."""
    latency = context._latency_ms
    if opened.started_at is not None:
        record.t0 = unix_ms(opened.started_at)
        record.t1 = None if latency is None else record.t0 + latency
    elif latency is not None:
        record.t1 = now_ms()
        record.t0 = record.t1 - latency


def _note_second_run(span: OpenSpan, exc: BaseException | None, caller: str) -> None:
    """Record that `@agent_span` runs a failed function once more, outside any span."""
    if caller == _DECORATORS and isinstance(exc, Exception) and not isinstance(exc, RuntimeError):
        span.event("run_again", {"by": "agent_span", "error": f"{type(exc).__name__}: {exc}"})
