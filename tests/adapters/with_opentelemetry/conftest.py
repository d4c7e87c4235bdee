from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry._logs import _internal as logs
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.util._once import Once


@pytest.fixture(autouse=True)
def _no_global_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin as a fresh process does."""
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", None)
    monkeypatch.setattr(trace, "_TRACER_PROVIDER_SET_ONCE", Once())
    monkeypatch.setattr(logs, "_LOGGER_PROVIDER", None)
    monkeypatch.setattr(logs, "_LOGGER_PROVIDER_SET_ONCE", Once())


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """What the program's own tracing exported."""
    kept = InMemorySpanExporter()
    yield kept
    kept.shutdown()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    """A provider of the program, which no global knows."""
    made = TracerProvider(shutdown_on_exit=False)
    made.add_span_processor(SimpleSpanProcessor(exporter))
    return made
