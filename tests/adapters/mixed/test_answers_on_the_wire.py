"""A framework around a real client: its requests are answered below it, its own errors are what the program gets."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pydantic_ai
import pytest
from agents import Agent, OpenAIChatCompletionsModel, Runner
from langchain_openai import ChatOpenAI
from openai import AsyncOpenAI
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.doubles.wire import client

CHUNK = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "gpt-4o-mini"}
PIECE = {**CHUNK, "choices": [{"index": 0, "delta": {"content": "It is "}}]}


async def with_langchain() -> None:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda request: pytest.fail("it reached the network")))
    async for _ in ChatOpenAI(model="gpt-4o-mini", api_key="k", http_async_client=http).astream("Weather?"):
        pass


async def with_openai_agents() -> None:
    model = OpenAIChatCompletionsModel(model="gpt-4o-mini", openai_client=client(AsyncOpenAI))
    async for _ in Runner.run_streamed(Agent(name="weather", model=model), "Weather?").stream_events():
        pass


async def with_pydantic_ai() -> None:
    model = OpenAIChatModel("gpt-4o-mini", provider=OpenAIProvider(openai_client=client(AsyncOpenAI)))
    async with pydantic_ai.Agent(model, name="weather").run_stream("Weather?") as answer:
        async for _ in answer.stream_text():
            pass


@pytest.mark.parametrize("program", [with_langchain, with_openai_agents, with_pydantic_ai])
def test_a_stream_is_cut_after_an_attempt_that_failed(trace: TraceFixture, program: Callable[[], Any]) -> None:
    trace.on(type="llm").responds(429, headers={"retry-after-ms": "1"})
    trace.on(type="llm").responds(200, body=f"data: {json.dumps(PIECE)}\n\n", cut=True)
    with pytest.raises(Exception, match="Connection error") as lost:
        asyncio.run(program())
    call = trace.one(type="llm", status="error")
    assert (call.acted, call.error.type) == ("responds", type(lost.value).__name__)
    assert [event.chunk for event in call.events if event.type == "chunk"] == ["It is "]
    assert trace.retries[0].errors[0].type == "RateLimitError"
