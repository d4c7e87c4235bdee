"""The agents whose capture is measured: each asks its model, calls one tool, and asks again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

from benchmarks.programs.program import Program, Run, openinference, provider


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
    import httpx2
    from agents import Agent, OpenAIResponsesModel, Runner, function_tool, set_trace_processors
    from openai import AsyncOpenAI

    set_trace_processors([])

    @function_tool
    def weather(city: str) -> str:
        """Tell the weather."""
        return f"rain in {city}"

    asks = {"type": "function_call", "id": "f1", "call_id": "c1", "name": "weather", "arguments": '{"city": "Paris"}'}
    text = {"type": "output_text", "text": "Rain.", "annotations": []}
    says = {"type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": [text]}
    said = {"id": "r1", "object": "response", "created_at": 1, "model": "gpt-4o-mini", "parallel_tool_calls": True}
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    usage = {"input_tokens": 25, "output_tokens": 5, "total_tokens": 30, **details}
    about = {"content-type": "application/json"}
    turns = cycle([json.dumps({**said, "output": [one], "usage": usage, "tools": []}) for one in (asks, says)])
    http = httpx2.MockTransport(lambda request: httpx2.Response(200, text=next(turns), headers=about))
    client = AsyncOpenAI(api_key="none", http_client=httpx2.AsyncClient(transport=http))
    agent = Agent(name="main", model=OpenAIResponsesModel("gpt-4o-mini", client), tools=[weather])
    return lambda: Runner.run_sync(agent, "Weather in Paris?")


def _pydantic_ai() -> Run:
    from pydantic_ai import Agent
    from pydantic_ai.models.test import TestModel

    agent: Any = Agent(TestModel(custom_output_text="Rain."), name="main")

    @agent.tool_plain  # type: ignore[misc, untyped-decorator, unused-ignore]
    async def weather(city: str) -> str:
        return f"rain in {city}"

    return lambda: agent.run_sync("Weather?")


@contextmanager
def _instrumented_by_itself() -> Iterator[None]:
    from pydantic_ai import Agent
    from pydantic_ai.models.instrumented import InstrumentationSettings

    Agent.instrument_all(InstrumentationSettings(tracer_provider=provider()))
    yield
    Agent.instrument_all(False)


AGENTS = (
    Program("a LangChain agent", "langchain", _langchain, openinference("langchain", "LangChainInstrumentor")),
    Program(
        "an agent of the Agents SDK",
        "openai_agents",
        _openai_agents,
        openinference("openai_agents", "OpenAIAgentsInstrumentor"),
    ),
    Program("a pydantic-ai agent", "pydantic_ai", _pydantic_ai, _instrumented_by_itself),
)
