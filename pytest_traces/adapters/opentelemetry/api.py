"""Spans of the API without an SDK, and OpenTelemetry's current span."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from inspect import getattr_static
from typing import Any, NamedTuple

from opentelemetry import trace
from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext
from opentelemetry.trace import NoOpTracer, Span, SpanKind, get_current_span, use_span
from opentelemetry.util._decorator import _agnosticcontextmanager

from pytest_traces.adapters.opentelemetry.recording_span import RecordingSpan
from pytest_traces.adapters.opentelemetry.spans import Spans
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.recording.context import Outside
from pytest_traces.runtime.recording.entering import step_in, step_out
from pytest_traces.runtime.recording.recorder import Place, Record


def watch(made: Patches, source: Source) -> None:
    """Record spans of tracers without a provider; code runs inside OpenTelemetry's current span."""
    spans = Spans(source)
    passed_on = getattr_static(trace.ProxyTracer, "_tracer").fget

    def tracer(proxy: Any) -> Any:
        found = passed_on(proxy)
        if found is not proxy._noop_tracer:  # the program has a provider
            return found
        return RecordingTracer(spans, proxy._instrumenting_module_name)

    made.swap(trace.ProxyTracer, "_tracer", property(tracer))
    made.wrap(ContextVarsRuntimeContext, "attach", lambda attach: _attaching(attach, spans))
    made.wrap(ContextVarsRuntimeContext, "detach", _detaching)


class RecordingTracer(NoOpTracer):
    """A tracer whose spans record for the test, and keep nothing if no test records."""

    def __init__(self, spans: Spans, scope: str) -> None:
        self._spans = spans
        self._scope = scope

    def start_span(
        self,
        name: str,
        context: Any = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[Any] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        """Start a span of the recording, if there is one."""
        behind = super().start_span(name, context)
        recorded = self._spans.start(
            name, scope=self._scope, context=context, attributes=attributes, start_time=start_time
        )
        if not recorded:
            return behind
        return RecordingSpan(
            name,
            behind,
            recorded,
            self._spans.end,
            attributes=attributes,
            record_exception=record_exception,
            set_status_on_exception=set_status_on_exception,
        )

    @_agnosticcontextmanager
    def start_as_current_span(
        self,
        name: str,
        context: Any = None,
        kind: SpanKind = SpanKind.INTERNAL,
        attributes: Mapping[str, Any] | None = None,
        links: Sequence[Any] | None = None,
        start_time: int | None = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
        end_on_exit: bool = True,
    ) -> Iterator[Span]:
        """Start a span and make it the current one; works as a decorator, too."""
        span = self.start_span(name, context, kind, attributes, links, start_time)
        with use_span(span, end_on_exit, record_exception, set_status_on_exception):
            yield span


class _Entered(NamedTuple):
    """A span that became the current one, and the place of the code before that."""

    token: Any
    record: Record
    before: Place | Outside
    outer: _Entered | None


_ENTERED: ContextVar[_Entered | None] = ContextVar("pytest_traces_opentelemetry", default=None)


def _attaching(attach: Callable[..., Any], spans: Spans) -> Callable[..., Any]:
    def attached(runtime: Any, context: Any) -> Any:
        before, now = get_current_span(), get_current_span(context)
        token = attach(runtime, context)
        if now is not before:
            with spans.source.guard():
                recorded = spans.of(now)
                if recorded is not None and recorded.record is not None and recorded is not spans.of(before):
                    _ENTERED.set(_Entered(token, recorded.record, step_in(recorded.record), _ENTERED.get()))
        return token

    return attached


def _detaching(detach: Callable[..., Any]) -> Callable[..., Any]:
    def detached(runtime: Any, token: Any) -> Any:
        left = detach(runtime, token)  # raises if the token is of another context
        entered = [*_entered()]
        if any(one.token is token for one in entered):
            for one in entered:  # spans that were attached later and never detached are left as well
                step_out(one.record, one.before)
                _ENTERED.set(one.outer)
                if one.token is token:
                    break
        return left

    return detached


def _entered() -> Iterator[_Entered]:
    one = _ENTERED.get()
    while one is not None:
        yield one
        one = one.outer
