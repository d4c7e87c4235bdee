"""The programs whose capture is measured: calls of SDKs and runs of agents that answer from memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import cycle
from typing import Any, NamedTuple

Run = Callable[[], Any]
"""One call, or one run of an agent."""


class Program(NamedTuple):
    """One program of a framework, and how the framework is instrumented with OpenTelemetry."""

    what: str
    adapter: str
    """The name of our adapter."""
    made: Callable[[], Run]
    """Makes the program; raises `ImportError` if the framework is not installed."""
    instrumented: Callable[[], AbstractContextManager[None]]
    """Instruments the framework for a block; raises `ImportError` if the peer is not installed."""


def _chat(*, stream: bool) -> Run:
    from openai import OpenAI

    said = {"id": "c1", "created": 1, "model": "gpt-4o-mini"}
    usage = {"prompt_tokens": 25, "completion_tokens": 5, "total_tokens": 30}
    whole = [{"index": 0, "message": {"role": "assistant", "content": "Rain."}, "finish_reason": "stop"}]
    texts = ["It is ", "21 degrees ", "in Paris."]
    pieces = [{**said, "choices": [{"index": 0, "delta": {"content": text}}]} for text in texts]
    events = [*pieces, {**said, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": usage}]
    body = _events(events) if stream else json.dumps({**said, "choices": whole, "usage": usage})
    client = OpenAI(api_key="none", http_client=_answering(body))
    asked = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Weather in Paris?"}]}
    if stream:
        return lambda: list(client.chat.completions.create(stream=True, **asked))  # type: ignore[call-overload,unused-ignore]
    return lambda: client.chat.completions.create(**asked)  # type: ignore[call-overload,unused-ignore]


def _message() -> Run:
    from anthropic import Anthropic

    said = {"id": "m1", "type": "message", "role": "assistant", "model": "claude", "stop_reason": "end_turn"}
    usage = {"input_tokens": 25, "output_tokens": 5}
    body = json.dumps({**said, "content": [{"type": "text", "text": "Rain."}], "usage": usage})
    client: Any = Anthropic(api_key="none", http_client=_answering(body))
    messages = [{"role": "user", "content": "Weather in Paris?"}]
    return lambda: client.messages.create(model="claude", max_tokens=100, messages=messages)


def _langchain() -> Run:
    from langchain.agents import create_agent
    from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
    from langchain_core.messages import AIMessage
    from langchain_core.tools import tool

    class Scripted(GenericFakeChatModel):
        def bind_tools(self, tools: Any, **options: Any) -> Any:
            return self

    @tool
    def weather(city: str) -> str:
        """Tell the weather."""
        return f"rain in {city}"

    usage: Any = {"input_tokens": 25, "output_tokens": 5, "total_tokens": 30}
    calls: Any = [{"name": "weather", "args": {"city": "Paris"}, "id": "c1"}]
    turns = cycle([AIMessage("", tool_calls=calls, usage_metadata=usage), AIMessage("Rain.", usage_metadata=usage)])
    agent: Any = create_agent(Scripted(messages=turns), [weather], name="main")
    return lambda: agent.invoke({"messages": [("user", "Weather in Paris?")]})


def _openai_agents() -> Run:
    from agents import Agent, Runner, Usage, function_tool, set_trace_processors
    from agents.testing import ScriptedModel, assistant_message, function_call

    set_trace_processors([])

    @function_tool
    def weather(city: str) -> str:
        """Tell the weather."""
        return f"rain in {city}"

    def run() -> Any:
        turns: Any = [[function_call("weather", {"city": "Paris"}, call_id="c1")], [assistant_message("Rain.")]]
        model = ScriptedModel(turns)
        model.set_default_usage(Usage(requests=1, input_tokens=25, output_tokens=5, total_tokens=30))
        return Runner.run_sync(Agent(name="main", model=model, tools=[weather]), "Weather in Paris?")

    return run


def _pydantic_ai() -> Run:
    from pydantic_ai import Agent
    from pydantic_ai.models.test import TestModel

    agent: Any = Agent(TestModel(custom_output_text="Rain."), name="main")

    @agent.tool_plain  # type: ignore[misc, untyped-decorator, unused-ignore]
    async def weather(city: str) -> str:
        return f"rain in {city}"

    return lambda: agent.run_sync("Weather?")


def _answering(body: str) -> Any:
    import httpx2

    kind = "text/event-stream" if body.startswith("data:") else "application/json"
    about = {"content-type": kind}
    return httpx2.Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, text=body, headers=about)))


def _events(events: list[Any]) -> str:
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"


def _openinference(module: str, name: str) -> Callable[[], AbstractContextManager[None]]:
    """Return what instruments a framework with OpenInference for a block."""

    def instrumented() -> AbstractContextManager[None]:
        from importlib import import_module

        instrumentor = getattr(import_module(f"openinference.instrumentation.{module}"), name)()
        provider = _provider()

        @contextmanager
        def on() -> Iterator[None]:
            instrumentor.instrument(tracer_provider=provider)
            yield
            instrumentor.uninstrument()

        return on()

    return instrumented


@contextmanager
def _instrumented_by_itself() -> Iterator[None]:
    from pydantic_ai import Agent
    from pydantic_ai.models.instrumented import InstrumentationSettings

    Agent.instrument_all(InstrumentationSettings(tracer_provider=_provider()))
    yield
    Agent.instrument_all(False)


def _provider() -> Any:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
    return provider


_OPENAI = _openinference("openai", "OpenAIInstrumentor")
PROGRAMS = (
    Program("a chat call of OpenAI's SDK", "openai", lambda: _chat(stream=False), _OPENAI),
    Program("a streamed one", "openai", lambda: _chat(stream=True), _OPENAI),
    Program("a call of Anthropic's SDK", "anthropic", _message, _openinference("anthropic", "AnthropicInstrumentor")),
    Program("a LangChain agent", "langchain", _langchain, _openinference("langchain", "LangChainInstrumentor")),
    Program(
        "an agent of the Agents SDK",
        "openai_agents",
        _openai_agents,
        _openinference("openai_agents", "OpenAIAgentsInstrumentor"),
    ),
    Program("a pydantic-ai agent", "pydantic_ai", _pydantic_ai, _instrumented_by_itself),
)
"""Every agent asks its model, calls one tool, and asks again."""
