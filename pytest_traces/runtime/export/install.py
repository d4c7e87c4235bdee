"""Installs providers: they get the runs that are recorded outside tests."""

from __future__ import annotations

from contextlib import ExitStack

from pytest_traces.runtime.export.local import InMemoryTracingProvider
from pytest_traces.runtime.export.provider import TracingProvider
from pytest_traces.runtime.export.publishing import Publisher
from pytest_traces.runtime.lanes.finalizers import keep_contexts_whole
from pytest_traces.runtime.recording.context import CURRENT, OUTSIDE
from pytest_traces.runtime.recording.recorder import Place


def install(*providers: TracingProvider) -> ExitStack:
    """Give finished runs to providers; leave the `with` block, or `close()` what is returned, to stop and close them.

    What a test installs and never closes is closed with it.

    Without arguments the environment chooses: OTLP/HTTP if `OTEL_EXPORTER_OTLP_ENDPOINT` is set, else memory.
    A provider that is installed inside a test gets the runs of that test too; one installed before gets none of tests.
    """
    chosen = providers or (from_environment(),)
    publisher = Publisher(chosen)
    stack = ExitStack()
    for provider in chosen:
        stack.callback(provider.close)
    keep_contexts_whole()
    before = OUTSIDE.new_run
    OUTSIDE.new_run = publisher.new_run
    stack.callback(setattr, OUTSIDE, "new_run", before)
    place = CURRENT.get()
    if isinstance(place, Place):
        place.recorder.listen(publisher)
        stack.callback(place.recorder.unlisten, publisher)
    stack.callback(OUTSIDE.until_over(stack.close))
    return stack


def from_environment() -> TracingProvider:
    """Return the provider that OpenTelemetry's standard variables ask for."""
    from pytest_traces.runtime.export.otlp_http import OtlpTracingProvider, is_configured

    return OtlpTracingProvider() if is_configured() else InMemoryTracingProvider()
