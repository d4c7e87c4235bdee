import asyncio
from typing import Any

import pytest
from openai import AsyncOpenAI, _base_client, _response, _streaming
from openai.lib.streaming.chat import AsyncChatCompletionStream, ChatCompletionStream
from openai.lib.streaming.responses._responses import AsyncResponseStream, ResponseStream

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract
from tests.adapters.doubles.plain_tools import TOOLS, asking, waiting
from tests.adapters.doubles.wire import client
from tests.adapters.with_openai.replies import chunks, function
from tests.adapters.with_openai.weather_agent import desk, weather

CLIENTS = (_base_client.SyncAPIClient, _base_client.AsyncAPIClient)
STREAMS = (_streaming.Stream, _streaming.AsyncStream)
RESPONSES = (_response.APIResponse, _response.AsyncAPIResponse)
HELPERS = (ChatCompletionStream, AsyncChatCompletionStream, ResponseStream, AsyncResponseStream)


def asks_for(*names: str, city: str) -> Any:
    calls = [{"index": index, **function(name, f"c{index}", city=city)} for index, name in enumerate(names)]
    return chunks({"tool_calls": calls})


class AsyncOverloaded(AsyncOpenAI):
    """A client that fails before it sends anything: how a failure on the wire is told differs between versions."""

    async def _prepare_options(self, options: Any) -> Any:
        raise RuntimeError("model overloaded")


class TestOpenAI(AdapterContract):
    """OpenAI's SDK with plain functions as tools."""

    adapter = adapter_of("openai")
    hooks = (
        *((kind, name) for kind in CLIENTS for name in ("request", "_process_response", "_sleep_for_retry")),
        *((kind, name) for kind in STREAMS for name in ("__stream__", "close")),
        *((kind, name) for kind in RESPONSES for name in ("read", "iter_lines", "iter_text", "iter_bytes", "close")),
        *((kind, "close") for kind in HELPERS),
    )
    beside = frozenset({"record_calls"})

    @pytest.fixture(autouse=True)
    def plain_functions(self, request: pytest.FixtureRequest) -> None:
        if "trace" in request.fixturenames:
            trace = request.getfixturevalue("trace")
            trace.record_calls(*TOOLS)
            for agent in ("weather", "desk"):
                trace.record_calls(f"tests.adapters.with_openai.weather_agent:{agent}", type="agent")

    def ask(self, city: str) -> str:
        replies = (
            asks_for("geocode", "get_time", city=city),
            asks_for("get_weather", city=city),
            asks_for("get_weather", city=city),
            chunks(),
        )
        return asyncio.run(weather(city, client(AsyncOpenAI, *replies)))

    def ask_broken(self) -> None:
        asyncio.run(weather("Paris", client(AsyncOverloaded)))

    def ask_desk(self, city: str) -> None:
        asking.set(self.ask)
        asyncio.run(desk(city, client(AsyncOpenAI, asks_for("ask_weather", city=city), chunks())))

    async def wait_for_weather(self, wait: Any) -> None:
        waiting.set(wait)
        await weather("Paris", client(AsyncOpenAI, asks_for("get_weather", city="Paris")))
