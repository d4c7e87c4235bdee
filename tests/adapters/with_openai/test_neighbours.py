"""Calls that another library, an instrumentor or the program tells of too: shown once, counted once."""

from typing import Any

import httpx2
import pytest
from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI, OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from pytest_traces import Trace
from pytest_traces.runtime import span
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.doubles.wire import ASK, busy, client
from tests.adapters.with_openai.replies import chat, chunks

ASKED = {"model": "gpt-4o-mini", "messages": ASK}


def chat_openai(*replies: Any) -> Any:
    left = iter(replies)
    wire = httpx2.MockTransport(lambda request: next(left))
    http = {"http_client": httpx2.Client(transport=wire), "http_async_client": httpx2.AsyncClient(transport=wire)}
    return ChatOpenAI(model="gpt-4o-mini", api_key="k", stream_usage=True, **http)


def test_a_call_inside_a_model_call_is_its_attempt_and_shown_once(trace: Trace) -> None:
    with span(span_type="llm", name="answer"):
        client(OpenAI, chat()).chat.completions.create(**ASKED)
    assert str(trace) == "llm answer"
    assert trace.machinery.names == ["gpt-4o-mini"]
    assert trace.usage.total_tokens == 30
    assert trace.usage.requests == 1


def test_the_attempts_of_a_hidden_call_are_those_of_the_call_that_is_shown(trace: Trace) -> None:
    with span(span_type="llm", name="answer"):
        client(OpenAI, busy(), chat()).chat.completions.create(**ASKED)
    assert [(retry.name, retry.attempts) for retry in trace.retries] == [("answer", 2)]


def test_a_call_of_a_tool_of_a_model_call_is_one_of_its_own(trace: Trace) -> None:
    with span(span_type="llm", name="answer") as call:
        call.set_token_usage(input_tokens=1, output_tokens=1)
        with span(span_type="tool", name="summarise"):
            client(OpenAI, chat()).chat.completions.create(**ASKED)
    assert trace.llms.names == ["answer", "gpt-4o-mini"]
    assert trace.usage.total_tokens == 32


def test_the_answer_of_an_act_comes_from_the_sdk_inside_the_call(trace: TraceFixture) -> None:
    trace.on("answer").says("Rain.")
    with span(span_type="llm", name="answer"):
        told = client(OpenAI).chat.completions.create(**ASKED)
    assert told.choices[0].message.content == "Rain."
    assert str(trace) == "llm answer   ⚡ says"


def test_a_chat_model_of_langchain_says_and_calls_what_an_act_lets_it(trace: TraceFixture) -> None:
    model = chat_openai()
    trace.on(type="llm").says("Rain.", times=2)
    trace.on(type="llm").calls("geocode", {"city": 5})
    assert model.invoke("Weather?").text == "Rain."
    assert "".join(piece.text for piece in model.stream("Weather?")) == "Rain."
    assert [call["name"] for call in model.invoke("Weather?").tool_calls] == ["geocode"]
    assert [call.acted for call in trace.llms] == ["says", "says", "calls"]


def test_an_agent_with_the_real_client_says_and_calls_what_an_act_lets_it(trace: TraceFixture) -> None:
    model = OpenAIChatCompletionsModel(model="gpt-4o-mini", openai_client=client(AsyncOpenAI))
    trace.on(type="llm").calls("geocode", {"city": "Paris"})
    trace.on(type="llm").says("Rain.")
    geocode = function_tool(lambda city: f"{city}!", name_override="geocode")
    agent = Agent(name="main", model=model, tools=[geocode])
    assert Runner.run_sync(agent, "Weather?").final_output == "Rain."
    assert trace.one("geocode").input == {"city": "Paris"}


def test_a_chat_model_of_langchain_is_one_call(trace: Trace) -> None:
    model = chat_openai(busy(), chat(), chunks())
    model.invoke("Weather?")
    assert "".join(piece.text for piece in model.stream("Weather?")) == "It is 21 degrees in Paris."
    assert [(call.name, call.source) for call in trace.llms] == [("gpt-4o-mini", "langchain")] * 2
    assert trace.machinery.names == ["gpt-4o-mini"] * 2
    assert trace.usage.total_tokens == 60
    assert [retry.attempts for retry in trace.retries] == [2]


async def test_async_calls_of_langchain_are_beside_each_other(trace: Trace) -> None:
    model = chat_openai(chat(), chunks())
    await model.ainvoke("Weather?")
    assert "".join([piece.text async for piece in model.astream("Weather?")]) == "It is 21 degrees in Paris."
    assert str(trace) == "llm gpt-4o-mini\nllm gpt-4o-mini"
    assert trace.usage.total_tokens == 60


async def test_conversations_that_one_call_of_langchain_asks_are_counted_once(trace: Trace) -> None:
    await chat_openai(chat(), chat()).agenerate([[HumanMessage("a")], [HumanMessage("b")]])
    assert trace.llms.count == 2
    assert (trace.usage.requests, trace.usage.total_tokens) == (2, 60)


def test_an_agent_of_the_agents_sdk_with_the_real_client_is_one_call(trace: Trace) -> None:
    model = OpenAIChatCompletionsModel(model="gpt-4o-mini", openai_client=client(AsyncOpenAI, busy(), chat()))
    assert Runner.run_sync(Agent(name="main", model=model), "Weather?").final_output == "Rain."
    assert str(trace) == "agent main\n└─ llm gpt-4o-mini"
    assert trace.usage.total_tokens == 30
    assert [retry.attempts for retry in trace.retries] == [2]


@pytest.fixture
def exported() -> Any:
    """Let OpenInference instrument the SDK for the program's own exporter."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    instrumentor = OpenAIInstrumentor()
    instrumentor.instrument(tracer_provider=provider)
    yield exporter
    instrumentor.uninstrument()


def test_an_instrumentor_beside_the_adapter_exports_what_it_did_and_is_not_shown(trace: Trace, exported: Any) -> None:
    model = client(OpenAI, busy(), chat(), chunks())
    model.chat.completions.create(**ASKED)
    for _ in model.chat.completions.create(stream=True, **ASKED):
        pass
    assert [one.name for one in exported.get_finished_spans()] == ["ChatCompletion", "ChatCompletion"]
    assert [(call.name, call.source, call.output) for call in trace.llms] == [
        ("gpt-4o-mini", "openai", "Rain."),
        ("gpt-4o-mini", "openai", "It is 21 degrees in Paris."),
    ]
    assert trace.machinery.names == ["ChatCompletion", "ChatCompletion"]
    assert trace.usage.total_tokens == 60
    assert [retry.attempts for retry in trace.retries] == [2]


def test_an_instrumentor_tells_what_an_act_lets_the_model_say(trace: TraceFixture, exported: Any) -> None:
    trace.on(type="llm").says("Rain.")
    client(OpenAI).chat.completions.create(**ASKED)
    [one] = exported.get_finished_spans()
    assert one.attributes["output.value"].count("Rain.") == 1
    assert str(trace) == "llm gpt-4o-mini   ⚡ says"
