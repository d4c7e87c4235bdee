import asyncio
import json
from typing import Any

import pytest
from anthropic import AsyncAnthropic, _base_client, _response, _streaming
from anthropic.lib.tools import BetaAsyncFunctionTool, BetaFunctionTool

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract
from tests.adapters.doubles.plain_tools import TOOLS, asking, waiting
from tests.adapters.doubles.wire import client, events
from tests.adapters.with_anthropic.replies import message_events, stream, tool_use
from tests.adapters.with_anthropic.weather_agent import desk, weather

CLIENTS = (_base_client.SyncAPIClient, _base_client.AsyncAPIClient)
STREAMS = (_streaming.Stream, _streaming.AsyncStream)
RESPONSES = (_response.APIResponse, _response.AsyncAPIResponse)
TOOLS_OF_THE_RUNNER = (BetaFunctionTool, BetaAsyncFunctionTool)


def asks_for(*names: str, city: str) -> Any:
    """Stream a message with a block for each call."""
    delta = {"type": "input_json_delta", "partial_json": json.dumps({"city": city})}
    told = [message_events(delta, block=tool_use(name, f"t{index}")) for index, name in enumerate(names)]
    blocks = [{**event, "index": index} for index, one in enumerate(told) for event in one[1:-2]]
    return events([told[0][0], *blocks, *told[0][-2:]])


async def overloaded(request: Any, call_next: Any) -> Any:
    raise RuntimeError("model overloaded")


class TestAnthropic(AdapterContract):
    """Anthropic's SDK with plain functions as tools."""

    adapter = adapter_of("anthropic")
    hooks = (
        *((kind, name) for kind in CLIENTS for name in ("request", "_process_response", "_sleep_for_retry")),
        *((kind, name) for kind in STREAMS for name in ("__stream__", "close")),
        *((kind, name) for kind in RESPONSES for name in ("read", "iter_lines", "iter_text", "iter_bytes", "close")),
        *((kind, "call") for kind in TOOLS_OF_THE_RUNNER),
    )
    beside = frozenset({"record_calls"})

    @pytest.fixture(autouse=True)
    def plain_functions(self, request: pytest.FixtureRequest) -> None:
        if "trace" in request.fixturenames:
            trace = request.getfixturevalue("trace")
            trace.record_calls(*TOOLS)
            for agent in ("weather", "desk"):
                trace.record_calls(f"tests.adapters.with_anthropic.weather_agent:{agent}", type="agent")

    def ask(self, city: str) -> str:
        replies = (
            asks_for("geocode", "get_time", city=city),
            asks_for("get_weather", city=city),
            asks_for("get_weather", city=city),
            stream(),
        )
        return asyncio.run(weather(city, client(AsyncAnthropic, *replies)))

    def ask_broken(self) -> None:
        asyncio.run(weather("Paris", client(AsyncAnthropic, middleware=[overloaded])))

    def ask_desk(self, city: str) -> None:
        asking.set(self.ask)
        asyncio.run(desk(city, client(AsyncAnthropic, asks_for("ask_weather", city=city), stream())))

    async def wait_for_weather(self, wait: Any) -> None:
        waiting.set(wait)
        await weather("Paris", client(AsyncAnthropic, asks_for("get_weather", city="Paris")))
