import asyncio
from typing import Any, ClassVar

import pytest
from opentelemetry import trace
from opentelemetry._logs import NoOpLogger
from opentelemetry.context.contextvars_context import ContextVarsRuntimeContext
from opentelemetry.sdk._logs import Logger
from opentelemetry.sdk.trace import Span, Tracer, TracerProvider

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract
from tests.adapters.with_opentelemetry import program


class TestWithoutAProvider(AdapterContract):
    """OpenTelemetry with attributes of the GenAI conventions."""

    adapter = adapter_of("opentelemetry")
    hooks = (
        (trace.ProxyTracer, "_tracer"),
        (ContextVarsRuntimeContext, "attach"),
        (ContextVarsRuntimeContext, "detach"),
        (Tracer, "start_span"),
        (Span, "end"),
        (TracerProvider, "get_tracer"),
        (NoOpLogger, "emit"),
        (Logger, "emit"),
    )
    lacks: ClassVar = {"chunks": "the conventions have no streamed pieces"}

    observes: ClassVar = {
        "tool": "a span of OpenTelemetry surrounds code that it does not call",
        "llm": "a span of OpenTelemetry surrounds code that it does not call",
    }

    def ask(self, city: str) -> str:
        return asyncio.run(program.run(city))

    def ask_broken(self) -> None:
        asyncio.run(program.run_broken())

    def ask_desk(self, city: str) -> None:
        asyncio.run(program.run_desk(city, self.ask))

    def wait_for_weather(self, wait: Any) -> Any:
        return program.run_waiting(wait)


class TestWithAProvider(TestWithoutAProvider):
    @pytest.fixture(autouse=True)
    def provider(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(program, "tracer", TracerProvider().get_tracer("weather_app"))
