"""The shared scenario with tools of a server; plain functions around them are the agents."""

import asyncio
from typing import Any, ClassVar

import pytest
from mcp.client.session import ClientSession

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.doubles.plain_tools import count, waiting
from tests.adapters.with_mcp.servers import ToolError, session_with, told, weather_server


async def weather(city: str) -> str:
    if not city:
        raise RuntimeError("model overloaded")
    asked = {"city": city}
    async with session_with(weather_server(count.get(), waiting.get())) as session:
        if waiting.get() is None:
            await asyncio.gather(session.call_tool("geocode", asked), session.call_tool("get_time", asked))
        answer = told(await session.call_tool("get_weather", asked))
        if answer.get("isError"):
            answer = told(await session.call_tool("get_weather", asked))
        return f"It is {answer['structuredContent']['temp']} degrees in Paris."


async def desk(city: str) -> str:
    return await ask_weather(city)


async def ask_weather(city: str) -> str:
    return await weather(city)


SENDER = next(kind for kind in ClientSession.__mro__ if "send_request" in vars(kind))


class TestMCP(AdapterContract):
    """MCP, its tools called by plain functions."""

    adapter = adapter_of("mcp")
    hooks = ((ClientSession, "call_tool"), (SENDER, "send_request"))
    beside = frozenset({"record_calls"})
    failure = "ToolError: Error executing tool get_weather: upstream timed out"
    lacks: ClassVar = {
        "llms": "a session calls tools, models are the program's",
        "usage": "it calls no models",
        "chunks": "a tool answers at once",
    }

    @pytest.fixture(autouse=True)
    def plain_functions(self, request: pytest.FixtureRequest) -> None:
        if "trace" in request.fixturenames:
            self.prepare(request.getfixturevalue("trace"))

    def prepare(self, trace: TraceFixture) -> None:
        trace.record_calls(f"{__name__}:weather", type="agent")
        trace.record_calls(f"{__name__}:desk", type="agent")
        trace.record_calls(f"{__name__}:ask_weather")

    def outage(self) -> Exception:
        return ToolError("upstream timed out")

    def ask(self, city: str) -> str:
        count.set(self.outages)
        return asyncio.run(weather(city))

    def ask_broken(self) -> None:
        asyncio.run(weather(""))

    def ask_desk(self, city: str) -> None:
        asyncio.run(desk(city))

    async def wait_for_weather(self, wait: Any) -> None:
        waiting.set(wait)
        await weather("Paris")
