"""The tools of an agent that is written as plain functions, and the loop that calls them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

count: ContextVar[int] = ContextVar("count", default=1)
"""How often `get_weather` fails in each run."""
outages: ContextVar[list[Exception]] = ContextVar("outages")
"""The failures that `get_weather` still has in this run."""

asking: ContextVar[Callable[[str], str]] = ContextVar("asking")
"""What `ask_weather` asks in this run."""

waiting: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("waiting", default=None)
"""What `get_weather` waits for in this run."""

TOOLS = tuple(f"tests.adapters.doubles.plain_tools:{name}" for name in ("get*", "geocode", "ask_weather"))


async def geocode(city: str) -> dict[str, float]:
    await asyncio.sleep(0)
    return {"lat": 48.85, "lon": 2.35}


async def get_time(city: str) -> str:
    await asyncio.sleep(0)
    return "12:00"


async def get_weather(city: str) -> dict[str, int]:
    wait = waiting.get()
    if wait is not None:
        await wait()
    if outages.get():
        raise outages.get().pop()
    return {"temp": 21}


async def ask_weather(city: str) -> str:
    return await asyncio.to_thread(asking.get(), city)


FUNCTIONS: dict[str, Any] = {
    "geocode": geocode,
    "get_time": get_time,
    "get_weather": get_weather,
    "ask_weather": ask_weather,
}


async def call(name: str, arguments: dict[str, Any]) -> str:
    """Return what the model is told of a call of a tool."""
    try:
        return str(await FUNCTIONS[name](**arguments))
    except TimeoutError as error:
        return f"failed: {error}"
