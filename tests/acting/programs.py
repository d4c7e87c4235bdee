"""Programs on our own API, as small as they come."""

from __future__ import annotations

import asyncio
from typing import Any

from pytest_traces.runtime import agent_trace, trace_tool


@trace_tool
def geocode(city: str) -> dict[str, float]:
    return {"lat": 48.85, "lon": 2.35}


@trace_tool(max_retries=1, backoff=0)
def get_weather(lat: float, lon: float) -> dict[str, Any]:
    return {"temp": 21}


@trace_tool
async def search(q: str) -> list[str]:
    await asyncio.sleep(0)
    return [q]


def ask(city: str = "Paris") -> Any:
    with agent_trace(agent_name="weather"):
        return get_weather(**geocode(city))


async def look_up(*questions: str) -> list[Any]:
    with agent_trace(agent_name="desk"):
        return await asyncio.gather(*map(search, questions), return_exceptions=True)
