"""An act on a program of our own API is like the tool or the model by itself."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from pytest_traces.runtime import agent_trace, span, trace_tool
from pytest_traces.testing import ActsContract
from tests.adapters.doubles.traced_tools import geocode, get_time


def weather_service(outages: int) -> Any:
    failures = [TimeoutError("upstream timed out")] * outages

    @trace_tool(max_retries=1, backoff=0)
    async def get_weather(city: str) -> dict[str, int]:
        if failures:
            raise failures.pop()
        return {"temp": 21}

    return get_weather


def think(text: str, error: Exception | None = None) -> str:
    with span(span_type="llm", name="gpt-4o-mini") as call:
        if error is not None:
            raise error
        call.set_token_usage(input_tokens=25, output_tokens=5)
        call.record_output(text)
        return text


async def weather(city: str, outages: int) -> str:
    get_weather = weather_service(outages)
    async with agent_trace(agent_name="weather"):
        think("call geocode and get_time")
        await asyncio.gather(geocode(city), get_time(city))
        found = await get_weather(city)
        return think(f"It is {found['temp']} degrees in Paris.")


class TestRuntime(ActsContract):
    observes: ClassVar = {"answers": "its model is a `with` block that asks no SDK"}

    def ask(self, city: str) -> str:
        return asyncio.run(weather(city, self.outages))

    def ask_down(self) -> None:
        with agent_trace(agent_name="weather"):
            think("unheard")

    def ask_broken(self) -> None:
        with agent_trace(agent_name="weather"):
            think("", RuntimeError("model overloaded"))
