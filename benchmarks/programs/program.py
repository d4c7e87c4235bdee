"""One program of a framework, and its OpenTelemetry instrumentation with an exporter in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple

Run = Callable[[], Any]
"""One call, or one run of an agent."""


class Program(NamedTuple):
    """One program of a framework, and the OpenTelemetry instrumentation of that framework."""

    what: str
    adapter: str
    """The name of our adapter."""
    made: Callable[[], Run]
    """Makes the program; raises `ImportError` if the framework is not installed."""
    instrumented: Callable[[], AbstractContextManager[None]]
    """Instruments the framework for a block; raises `ImportError` if the peer is not installed."""


def openinference(module: str, name: str) -> Callable[[], AbstractContextManager[None]]:
    """Return a context manager that instruments a framework with OpenInference."""

    def instrumented() -> AbstractContextManager[None]:
        from importlib import import_module

        instrumentor = getattr(import_module(f"openinference.instrumentation.{module}"), name)()
        traces = provider()

        @contextmanager
        def on() -> Iterator[None]:
            instrumentor.instrument(tracer_provider=traces)
            yield
            instrumentor.uninstrument()

        return on()

    return instrumented


def provider() -> Any:
    """Return an OpenTelemetry provider that exports to memory."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
    return traces
