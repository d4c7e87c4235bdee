"""Whatever providers and samplers a program has, its spans are captured, and its own tracing notices nothing."""

import subprocess
import sys
from contextlib import contextmanager

import pytest
from opentelemetry import propagate
from opentelemetry import trace as api
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider, sampling
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import INVALID_SPAN, NoOpTracer
from opentelemetry.util._once import Once

from pytest_traces.runtime.recording.context import aside

TRACER = api.get_tracer("shop")  # made when the module is imported, before any provider


def names(exporter):
    return [span.name for span in exporter.get_finished_spans()]


@pytest.mark.parametrize("test", ["first", "second"])
def test_a_tracer_of_a_module_is_captured_in_every_test(trace, test):
    with TRACER.start_as_current_span("search"):
        pass
    assert trace.spans.names == ["search"]


def test_a_decorated_function_is_captured(trace):
    @TRACER.start_as_current_span("search")
    def search():
        return 7

    @TRACER.start_as_current_span("search later")
    async def search_later():
        return 8

    import asyncio

    assert (search(), asyncio.run(search_later())) == (7, 8)
    assert trace.spans.names == ["search", "search later"]


@pytest.mark.parametrize("test", ["first", "second"])
def test_a_suite_that_resets_the_globals_is_captured(trace, monkeypatch, provider, exporter, test):
    monkeypatch.setattr(api, "_TRACER_PROVIDER_SET_ONCE", Once())
    monkeypatch.setattr(api, "_TRACER_PROVIDER", None)
    api.set_tracer_provider(provider)
    with api.get_tracer("shop").start_as_current_span("search"):
        pass
    assert (trace.spans.names, names(exporter)) == (["search"], ["search"])


def test_a_provider_that_is_set_in_the_middle_of_a_test_gets_what_it_would_have_got(trace, provider, exporter):
    tracer = api.get_tracer("shop")
    with tracer.start_as_current_span("before"):
        api.set_tracer_provider(provider)
        with tracer.start_as_current_span("after"):
            pass
    assert [str(line) for line in str(trace).splitlines()] == ["span before", "└─ span after"]
    [exported] = exporter.get_finished_spans()
    assert (exported.name, exported.parent) == ("after", None)


def test_a_private_provider_is_captured(trace, provider, exporter):
    with provider.get_tracer("shop").start_as_current_span("search"):
        pass
    assert (trace.spans.names, names(exporter)) == (["search"], ["search"])


def test_a_provider_that_is_older_than_the_adapter_is_captured():
    program = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
tracer = TracerProvider().get_tracer("shop")
from pytest_traces.adapters.activation import Activation
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
Activation().arm()
with recording(Recorder("a test")) as recorder:
    with tracer.start_as_current_span("search"):
        pass
print([record.name for record in recorder.records])
"""
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "['search']\n"


class Counting(SpanProcessor):
    """Counts what a processor of the program is told."""

    def __init__(self):
        self.told = []

    def on_start(self, span, parent_context=None):
        self.told.append(f"start {span.name}")

    def on_end(self, span: ReadableSpan):
        self.told.append(f"end {span.name}")


SAMPLERS = [sampling.ALWAYS_OFF, sampling.DEFAULT_OFF, sampling.TraceIdRatioBased(0.0)]


@pytest.mark.parametrize("sampler", SAMPLERS, ids=["always off", "parent-based", "ratio"])
def test_spans_that_a_sampler_drops_are_captured_unseen_by_the_program(trace, exporter, sampler):
    provider, told = TracerProvider(sampler=sampler, shutdown_on_exit=False), Counting()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    provider.add_span_processor(told)
    about = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"}
    with provider.get_tracer("shop").start_as_current_span("execute_tool search", attributes=about) as span:
        span.set_attribute("gen_ai.tool.call.result", "7")
        assert not span.get_span_context().trace_flags.sampled
    assert (trace.one("search").type, trace.one("search").output) == ("tool", "7")
    assert (names(exporter), told.told) == ([], [])
    assert provider.sampler is sampler


def test_spans_that_a_disabled_sdk_would_drop_are_captured(trace, monkeypatch, exporter):
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("shop")
    with tracer.start_as_current_span("search"), tracer.start_as_current_span("rank"):
        pass
    assert str(trace).splitlines() == ["span search", "└─ span rank"]
    assert names(exporter) == []
    assert isinstance(tracer, NoOpTracer)


def test_a_scope_that_a_provider_disables_is_captured(trace, provider, exporter):
    from opentelemetry.sdk.trace import _disable_tracer_configurator

    on, off = provider.get_tracer("on"), provider.get_tracer("off")
    with on.start_as_current_span("search"):
        provider._set_tracer_configurator(tracer_configurator=_disable_tracer_configurator)
        with off.start_as_current_span("rank"), off.start_as_current_span("sort"):
            pass
    assert str(trace).splitlines() == ["span search", "└─ span rank", "   └─ span sort"]
    assert names(exporter) == ["search"]


@contextmanager
def unrecorded():
    """Run a program where nothing records."""
    with aside():
        yield


def shop(tracer):
    """Trace with everything that the API offers; return what the program sees of it."""
    seen = []
    with tracer.start_as_current_span("search", attributes={"a": 1}) as span:
        span.add_event("asked", {"b": [2]})
        with tracer.start_as_current_span("rank") as inner:
            inner.set_status(api.StatusCode.OK)
            headers = {}
            propagate.inject(headers)
            seen.append(("inner", len(headers), inner.get_span_context().is_valid))
        try:
            with tracer.start_as_current_span("fail"):
                raise ValueError("no")
        except ValueError as error:
            seen.append(str(error))
    seen.append(api.get_current_span() is INVALID_SPAN)
    return seen


def exported(exporter):
    spans = exporter.get_finished_spans()
    ids = {span.context.span_id: span.name for span in spans}
    return [
        (
            span.name,
            ids.get(span.parent.span_id) if span.parent else None,
            dict(span.attributes),
            [event.name for event in span.events],
            span.status.status_code.name,
            span.context.trace_flags,
        )
        for span in spans
    ]


@pytest.mark.parametrize("sampler", [sampling.ALWAYS_ON, *SAMPLERS], ids=["on", "always off", "parent-based", "ratio"])
def test_exporters_and_program_see_with_a_recording_what_they_see_without(trace, monkeypatch, exporter, sampler):
    provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    inside = shop(provider.get_tracer("shop")), exported(exporter)
    assert trace.spans.names == ["search", "rank", "fail"]
    exporter.clear()
    with unrecorded():
        outside = shop(provider.get_tracer("shop")), exported(exporter)
    assert inside == outside
    assert provider._active_span_processor._span_processors[1:] == ()


def test_a_program_without_a_provider_sees_with_a_recording_what_it_sees_without(trace):
    inside = shop(TRACER)
    assert trace.spans.names == ["search", "rank", "fail"]
    with unrecorded():
        assert shop(TRACER) == inside


def test_without_a_recording_a_tracer_gives_the_span_that_it_always_gave():
    with unrecorded():
        assert TRACER.start_span("search") is INVALID_SPAN
        off = TracerProvider(sampler=sampling.ALWAYS_OFF, shutdown_on_exit=False).get_tracer("shop")
        assert not off.start_span("search").is_recording()
