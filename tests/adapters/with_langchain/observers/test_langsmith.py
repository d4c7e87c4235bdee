"""LangSmith's own tracing, on or off, changes nothing in the trace; and it sends what it sends without us."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import langsmith
import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from langsmith import Client, traceable
from langsmith.run_helpers import tracing_context
from opentelemetry.sdk.trace import TracerProvider

from pytest_traces.trace.record import record
from pytest_traces.trace.trace import Trace
from tests.adapters.with_langchain.models import calls
from tests.adapters.with_langchain.test_contract import weather_agent


class Wire:
    """A session of HTTP that answers and sends nothing."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def request(self, method: str, url: str, **options: Any) -> Any:
        self.sent.append(f"{method} {url.rpartition('/')[2][:4]}")
        return self

    status_code, headers, text, content = 200, {}, "{}", b"{}"

    def raise_for_status(self) -> None: ...

    def mount(self, *adapter: Any) -> None: ...

    def close(self) -> None: ...


def client(wire: Any = None, **options: Any) -> Client:
    return Client(api_url="http://localhost:9", api_key="none", session=wire or Wire(), info={}, **options)


def tracing(wire: Wire) -> AbstractContextManager[Any]:
    return tracing_context(enabled=True, client=client(wire, auto_batch_tracing=False))


def ask() -> None:
    turns = calls("geocode", "get_time", city="Paris"), AIMessage("It is noon.")
    weather_agent(*turns).invoke({"messages": [("user", "Paris")]})


ASKED = """\
agent weather
├─ llm Scripted
├─ ∥ tool geocode
├─ ∥ tool get_time
└─ llm Scripted"""


@pytest.mark.parametrize("is_on", [True, False], ids=["on", "off"])
def test_an_agent_is_drawn_the_same_with_langsmith_on_and_off(trace: Trace, is_on: bool) -> None:
    wire = Wire()
    with tracing(wire) if is_on else nullcontext():
        ask()
    assert str(trace) == ASKED
    assert bool(wire.sent) == is_on


def test_langsmith_is_sent_what_it_is_sent_without_a_recording() -> None:
    recorded, alone = Wire(), Wire()
    with record(), tracing(recorded):
        ask()
    with tracing(alone):
        ask()
    assert sorted(recorded.sent) == sorted(alone.sent)


def first(value: int) -> int:
    return value


@traceable
def pipeline(number: int) -> int:
    """Run a chain in a function that LangSmith traces."""
    return (RunnableLambda(first) | RunnableLambda(first)).invoke(number)


@pytest.mark.parametrize("is_on", [True, False], ids=["on", "off"])
def test_a_chain_below_a_span_of_langsmith_is_a_root_all_the_same(trace: Trace, is_on: bool) -> None:
    with tracing(Wire()) if is_on else nullcontext():
        pipeline(1)
    assert str(trace) == "workflow RunnableSequence\n├─ chain first\n└─ chain first"


@pytest.fixture
def by_opentelemetry(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """LangSmith makes OpenTelemetry spans of all runs."""
    monkeypatch.setenv("LANGSMITH_OTEL_ENABLED", "true")
    langsmith.utils.get_env_var.cache_clear()
    yield client(otel_tracer_provider=TracerProvider(shutdown_on_exit=False))
    langsmith.utils.get_env_var.cache_clear()


def test_what_langsmith_tells_opentelemetry_is_shown_once(trace: Trace, by_opentelemetry: Client) -> None:
    with tracing_context(enabled=True, client=by_opentelemetry):
        FakeListChatModel(responses=["a"]).invoke("q")
    by_opentelemetry.flush()
    assert str(trace) == "llm FakeListChatModel"
    assert trace.machinery.names == ["FakeListChatModel"]
