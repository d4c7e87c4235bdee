"""Spans of the SDK: its own spans are watched, spans that its samplers drop are replaced."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from opentelemetry.sdk.trace import Span, Tracer, TracerProvider
from opentelemetry.trace import NoOpTracer, get_current_span

from pytest_traces.adapters.opentelemetry.api import RecordingTracer
from pytest_traces.adapters.opentelemetry.recording_span import RecordingSpan
from pytest_traces.adapters.opentelemetry.spans import Spans
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan

_Watched = WeakKeyDictionary[Span, OpenSpan]


def watch(made: Patches, source: Source) -> None:
    """Record the spans of every provider, including existing ones."""
    spans, watched = Spans(source), _Watched()
    made.wrap(Tracer, "start_span", lambda start: _starting(start, spans, watched))
    made.wrap(Span, "end", lambda end: _ending(end, spans, watched))
    made.wrap(TracerProvider, "get_tracer", lambda get: _getting(get, spans))


def _starting(start: Callable[..., Any], spans: Spans, watched: _Watched) -> Callable[..., Any]:
    @functools.wraps(start)
    def started(tracer: Any, name: str, context: Any = None, *args: Any, **options: Any) -> Any:
        span = start(tracer, name, context, *args, **options)
        told = _Told(*args, **options)
        own = span.get_span_context()
        recorded = spans.start(
            name,
            scope=tracer._instrumentation_scope.name,
            context=context,
            own=None if own is get_current_span(context).get_span_context() else own,
            attributes=span.attributes if isinstance(span, Span) else told.attributes,
            start_time=told.start_time,
        )
        if not recorded:
            return span
        if not isinstance(span, Span):  # its sampler drops it, or the scope is disabled
            return RecordingSpan(
                name,
                span,
                recorded,
                spans.end,
                attributes=told.attributes,
                record_exception=told.record_exception,
                set_status_on_exception=told.set_status_on_exception,
            )
        watched[span] = recorded
        return span

    return started


class _Told:
    """The arguments of `start_span` after name and context."""

    def __init__(
        self,
        kind: Any = None,
        attributes: Any = None,
        links: Any = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        **later: Any,
    ) -> None:
        self.attributes = attributes
        self.start_time = start_time
        self.record_exception = record_exception
        self.set_status_on_exception = set_status_on_exception


def _ending(end: Callable[..., Any], spans: Spans, watched: _Watched) -> Callable[..., Any]:
    @functools.wraps(end)
    def ended(span: Any, end_time: int | None = None) -> None:
        try:
            end(span, end_time)
        finally:
            recorded = watched.pop(span, None)
            if recorded is not None:
                spans.end(recorded, span, end_time)

    return ended


def _getting(get: Callable[..., Any], spans: Spans) -> Callable[..., Any]:
    @functools.wraps(get)
    def got(provider: Any, name: str, *args: Any, **options: Any) -> Any:
        tracer = get(provider, name, *args, **options)
        return RecordingTracer(spans, name) if type(tracer) is NoOpTracer else tracer

    return got
