import asyncio
from typing import Any, ClassVar

import tracellm
from tracellm import db, trace, trace_tool, tracer
from tracellm.integrations import openai, tool_tracer
from tracellm.trace_stream import TraceStream

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.testing import AdapterContract


@trace_tool()
async def geocode(city: str) -> dict[str, float]:
    return {"lat": 48.85, "lon": 2.35}


@trace_tool()
async def get_time(city: str) -> str:
    return "12:00"


def weather_service(count: int) -> Any:
    outages = [TimeoutError("upstream timed out")] * count

    @trace_tool()
    async def get_weather(city: str) -> dict[str, int]:
        if outages:
            raise outages.pop()
        return {"temp": 21}

    return get_weather


@trace(prompt="weather")
async def weather(city: str, outages: int = 1) -> str:
    get_weather = weather_service(outages)
    await asyncio.gather(geocode(city), get_time(city))
    try:
        await get_weather(city)
    except TimeoutError:
        found = await get_weather(city)
    return f"It is {found['temp']} degrees in Paris."


@trace(prompt="weather")
def broken() -> None:
    raise RuntimeError("model overloaded")


class TestTraceLLM(AdapterContract):
    """TraceLLM."""

    adapter = adapter_of("tracellm")
    hooks = (
        (tracellm, "trace_tool"),
        (tool_tracer, "trace_tool"),
        (tool_tracer, "_try_append_step"),
        (tool_tracer, "time"),
        (tool_tracer, "asyncio"),
        (tracer, "_resolve_project_context"),
        (tracer, "finalize_trace"),
        (tracer, "resolve_api_key"),
        (db, "resolve_api_key"),
        (db, "save_trace_sync"),
        (db, "save_trace"),
        (openai, "_traced_chat_completion"),
        (TraceStream, "__enter__"),
        (TraceStream, "__exit__"),
        (TraceStream, "emit"),
    )
    lacks: ClassVar = {
        "llms": "of calls of models it records those of OpenAI's client alone",
        "chunks": "its own stream yields stages of a run, not pieces of an answer",
        "usage": "it counts tokens of calls of OpenAI's client alone",
    }

    def ask(self, city: str) -> str:
        return asyncio.run(weather(city, self.outages))

    def ask_broken(self) -> None:
        broken()

    def ask_desk(self, city: str) -> None:
        @trace_tool()
        def ask_weather(city: str) -> str:
            return self.ask(city)

        trace(prompt="desk")(ask_weather)(city)

    def wait_for_weather(self, wait: Any) -> Any:
        @trace_tool()
        async def get_weather(city: str) -> None:
            await wait()

        return trace(prompt="weather")(get_weather)("Paris")
