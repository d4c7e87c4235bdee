"""What it costs to capture a run of a framework, beside the framework's own OpenTelemetry instrumentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.table import Row
from benchmarks.timing import each

_RUNS = 20
_PEER = "its own OpenTelemetry, in-memory exporter"


def row() -> Row:
    """Capture a run of a pydantic-ai agent: two model calls and a tool; the run itself is taken off both sides."""
    what, goal = "capture one pydantic-ai run", "≤ 1/2"
    try:
        bare = each(_loop(None), _RUNS)
        theirs = each(_loop(_settings()), _RUNS) - bare  # before ours is switched on
    except ImportError:
        return Row(what, None, _PEER, None, goal)
    return Row(what, _ours() - bare, _PEER, theirs, goal)


def _ours() -> float:
    from pytest_traces.adapters.activation import Activation
    from pytest_traces.adapters.registry import adapter_of
    from pytest_traces.runtime.lanes.session import recording
    from pytest_traces.runtime.recording.recorder import Recorder

    activation = Activation([adapter_of("pydantic_ai")])
    activation.arm()
    try:
        with recording(Recorder("a benchmark", max_spans=10**6)):
            return each(_loop(None), _RUNS)
    finally:
        activation.disarm()


def _settings() -> Any:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from pydantic_ai.models.instrumented import InstrumentationSettings

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
    return InstrumentationSettings(tracer_provider=provider)


def _loop(settings: Any) -> Callable[[int], None]:
    from pydantic_ai import Agent
    from pydantic_ai.models.test import TestModel

    agent: Any = Agent(TestModel(custom_output_text="Rain."), name="main")
    agent.instrument = settings

    @agent.tool_plain  # type: ignore[misc, untyped-decorator, unused-ignore]
    async def weather(city: str) -> str:
        return f"rain in {city}"

    def loop(times: int) -> None:
        for _ in range(times):
            agent.run_sync("Weather?")

    return loop
