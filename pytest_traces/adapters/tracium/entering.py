"""Where Tracium enters and leaves its spans, and where programs tell it things that it ignores."""

from __future__ import annotations

import sys
from typing import Any

from tracium.models.span_handle import AgentSpanContext, AgentSpanHandle
from tracium.models.trace_handle import AgentTraceHandle

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.tracium.ledger import Ledger
from pytest_traces.adapters.tracium.spans import Opened, Spans
from pytest_traces.adapters.tracium.traces import Traces
from pytest_traces.runtime.recording.place import here


def watch_contexts(made: Patches, traces: Traces, ledger: Ledger) -> None:
    """Follow every span from its first to its last moment."""
    spans = Spans(traces, ledger)

    def __init__(context: Any, **options: Any) -> None:  # noqa: N807
        context._pytest_traces = Opened(options)  # the SDK changes its current span later
        make(context, **options)

    def __enter__(context: Any) -> Any:  # noqa: N807
        spans.open(context, _opened(context))
        return enter(context)

    def __exit__(context: Any, *exc: Any) -> None:  # noqa: N807
        leave(context, *exc)
        spans.close(context, _opened(context), exc[1], sys._getframe(1).f_globals.get("__name__", ""))

    def set_input(context: Any, value: Any) -> None:
        put_in(context, value)
        _copy(context, input=value)

    def set_output(context: Any, value: Any) -> None:
        put_out(context, value)
        _copy(context, output=value)

    make = made.swap(AgentSpanContext, "__init__", __init__)
    enter = made.swap(AgentSpanContext, "__enter__", __enter__)
    leave = made.swap(AgentSpanContext, "__exit__", __exit__)
    put_in = made.swap(AgentSpanContext, "set_input", set_input)
    put_out = made.swap(AgentSpanContext, "set_output", set_output)


def watch_what_is_dropped(made: Patches, ledger: Ledger) -> None:
    """Keep the metadata of spans, and what was being handled when they were marked as failed."""

    def span(handle: Any, **options: Any) -> Any:
        context = open_span(handle, **options)
        _opened(context).add_metadata(options.get("metadata"))
        return context

    def record_span(handle: Any, **options: Any) -> Any:
        answer = report(handle, **options)
        place = here(handle.id)
        record = None if place is None else ledger.find(place.recorder, answer.get("span_id"))
        if record is not None and isinstance(metadata := options.get("metadata"), dict):
            record.set(metadata={**metadata, **record.metadata})
        return answer

    def add_metadata(handle: Any, metadata: Any) -> None:
        _opened(handle._context).add_metadata(metadata)

    def set_failure(context: Any, error: str, **more: Any) -> None:
        _opened(context).note_failure(error)
        fail(context, error, **more)

    open_span = made.swap(AgentTraceHandle, "span", span)
    report = made.swap(AgentTraceHandle, "record_span", record_span)
    made.swap(AgentSpanHandle, "add_metadata", add_metadata)
    fail = made.swap(AgentSpanContext, "set_failure", set_failure)


def _opened(context: Any) -> Opened:
    opened: Opened | None = getattr(context, "_pytest_traces", None)
    if opened is None:  # made before the capture began
        opened = context._pytest_traces = Opened({})
    return opened


def _copy(context: Any, **value: Any) -> None:
    """Copy a value when the program reports it: the SDK reads it at the end, changed or not."""
    record = _opened(context).record
    if record is not None:
        with record.recorder.guard("tracium"):
            record.set(**value)
