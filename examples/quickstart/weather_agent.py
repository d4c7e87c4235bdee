"""A weather agent on Timbal. A scripted model plays its part, so it runs without a network or a key."""

import asyncio
from typing import Any

from timbal import Agent
from timbal.core.test_model import TestModel
from timbal.types.content import ToolUseContent
from timbal.types.message import Message

PARIS = {"lat": 48.85, "lon": 2.35}


def call(**tools: dict[str, Any]) -> Message:
    """Say what the model says when it wants tools to be called."""
    content = [ToolUseContent(id=f"call_{name}", name=name, input=args) for name, args in tools.items()]
    return Message(role="assistant", content=content, stop_reason="tool_use")


SCRIPT = [
    call(geocode={"city": "Paris"}, get_time={"city": "Paris"}),
    call(get_weather=PARIS),
    call(get_weather=PARIS),
    call(get_forecast={**PARIS, "days": 2}),
    "Take one: 21 degrees and rain in Paris, and no better tomorrow.",
]


async def geocode(city: str) -> dict[str, float]:
    return {"Paris": PARIS}[city]


async def get_time(city: str) -> str:
    return "12:00"


async def get_forecast(lat: float, lon: float, days: int) -> list[str]:
    await asyncio.sleep(0.45)
    return ["rain"] * days


def weather_service(outages: int = 1) -> Any:
    async def get_weather(lat: float, lon: float) -> dict[str, Any]:
        nonlocal outages
        if outages:
            outages -= 1
            raise TimeoutError("upstream timed out")
        return {"temp": 21, "sky": "rain"}

    return get_weather


def ask(question: str) -> str:
    tools = [geocode, get_time, weather_service(), get_forecast]
    agent = Agent(name="weather", model=TestModel(responses=SCRIPT), tools=tools)
    return str(asyncio.run(agent(prompt=question).collect()).output.collect_text())
