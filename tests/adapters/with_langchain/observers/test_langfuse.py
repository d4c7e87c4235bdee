"""Langfuse's callback handler beside the adapter: each run is shown once and counted once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from pytest_traces.adapters.opentelemetry.langfuse import watch
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.recording.context import here
from pytest_traces.trace.trace import Trace
from tests.adapters.with_langchain.models import USAGE, calls
from tests.adapters.with_langchain.test_contract import weather_agent

langfuse = pytest.importorskip("langfuse")

ASKED = """\
agent weather
├─ llm Scripted
├─ ∥ tool geocode
├─ ∥ tool get_time
└─ llm Scripted"""


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    """Let Langfuse export to memory."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    keys = {"public_key": "pk", "secret_key": "sk", "base_url": "http://localhost:9"}
    client = langfuse.Langfuse(**keys, tracer_provider=provider, span_exporter=exporter)
    yield exporter
    client.shutdown()


def handled() -> Any:
    from langfuse.langchain import CallbackHandler

    return {"callbacks": [CallbackHandler(public_key="pk")]}


def test_an_agent_with_the_handler_is_shown_once_and_counted_once(trace: Trace, exported: InMemorySpanExporter) -> None:
    turns = calls("geocode", "get_time", city="Paris"), AIMessage("It is noon.", usage_metadata=USAGE)
    weather_agent(*turns).invoke({"messages": [("user", "Paris")]}, config=handled())
    langfuse.get_client(public_key="pk").flush()
    assert str(trace) == ASKED
    assert trace.usage.requests == 2
    assert {"weather", "geocode", "get_time", "Scripted"} <= {one.name for one in exported.get_finished_spans()}


def test_the_programs_own_observations_inside_a_run_are_shown(trace: Trace, exported: InMemorySpanExporter) -> None:
    @langfuse.observe(name="look up")
    def look_up(city: str) -> str:
        return f"{city}!"

    RunnableLambda(look_up, name="step").invoke("Paris", config=handled())
    assert str(trace) == 'workflow step\n└─ span "look up"'


def test_a_version_without_the_hook_is_an_adapter_problem(trace: Trace, monkeypatch: pytest.MonkeyPatch) -> None:
    from langfuse.langchain import CallbackHandler

    monkeypatch.delattr(CallbackHandler, "_attach_observation")
    with Patches() as made:
        watch(made, Source("opentelemetry"))
        CallbackHandler(public_key="pk")
    place = here()
    assert place is not None
    assert place.recorder.gaps.troubles == [
        "opentelemetry: LookupError: Langfuse's handler has no '_attach_observation': "
        "the runs that it repeats are counted twice"
    ]
