"""The shared scenario in plain Python, with the spans of `pytest_traces.runtime`."""

import asyncio
from collections.abc import Callable
from typing import Any

from pytest_traces.runtime import agent_trace, span, trace_tool
from pytest_traces.testing import ScenarioContract
from tests.adapters.doubles.traced_tools import geocode, get_time


def think(*words: str, error: Exception | None = None) -> str:
    with span(span_type="llm", name="chat", model_id="small-1") as call:
        if error is not None:
            raise error
        for word in words:
            call.chunk(word)
        call.set_token_usage(input_tokens=25, output_tokens=5)
        call.record_output("".join(words))
    return "".join(words)


def weather_service() -> Callable[..., Any]:
    outages = [TimeoutError("upstream timed out")]

    @trace_tool
    async def get_weather(city: str) -> dict[str, int]:
        if outages:
            raise outages.pop()
        return {"temp": 21}

    return get_weather


async def weather(city: str) -> str:
    get_weather = weather_service()
    async with agent_trace(agent_name="weather"):
        think()
        await asyncio.gather(geocode(city=city), get_time(city=city))
        think()
        try:
            await get_weather(city=city)
        except TimeoutError:
            think()
            await get_weather(city=city)
        return think("It is 21 ", "degrees in Paris.")


class TestPlainPython(ScenarioContract):
    """Plain Python with spans of `pytest_traces.runtime`."""

    source = "runtime"

    def ask(self, city: str) -> str:
        return asyncio.run(weather(city))

    def ask_broken(self) -> None:
        with agent_trace(agent_name="weather"):
            think(error=RuntimeError("model overloaded"))

    def ask_desk(self, city: str) -> None:
        with agent_trace(agent_name="desk"):
            think()
            trace_tool(name="ask_weather")(self.ask)(city)
            think("Sunny.")

    async def wait_for_weather(self, wait: Any) -> None:
        async with agent_trace(agent_name="weather"):
            think()
            with span(span_type="tool", name="get_weather"):
                await wait()
