"""A weather agent on Timbal. Its model is a script, so it runs without a network or a key."""

import asyncio
from typing import Any

from timbal import Agent
from timbal.core.test_model import TestModel
from timbal.types.content import ToolUseContent
from timbal.types.message import Message

PARIS = {"lat": 48.85, "lon": 2.35}


def call(**tools: dict[str, Any]) -> Message:
    """Return the message of a model that calls tools."""
    content = [ToolUseContent(id=f"call_{name}", name=name, input=args) for name, args in tools.items()]
    return Message(role="assistant", content=content, stop_reason="tool_use")


SCRIPT = [
    call(geocode={"city": "Paris"}, get_time={"city": "Paris"}),
    call(get_weather=PARIS),
    call(get_forecast={**PARIS, "days": 2}),
    "Take one: 21 degrees and rain in Paris, and no better tomorrow.",
]


def think(messages: list[Message]) -> Message | str:
    """Return the next message of the model: it calls one tool after the other, and a failed one again."""
    turns = sum(message.role == "assistant" for message in messages)
    failures = sum("TimeoutError" in str(message.content) for message in messages)
    return SCRIPT[turns - failures]


async def geocode(city: str) -> dict[str, float]:
    return {"Paris": PARIS}[city]


async def get_time(city: str) -> str:
    return "12:00"


async def get_forecast(lat: float, lon: float, days: int) -> list[str]:
    await asyncio.sleep(0.45)
    return ["rain"] * days


async def get_weather(lat: float, lon: float) -> dict[str, Any]:
    return {"temp": 21, "sky": "rain"}


def ask(question: str) -> str:
    tools = [geocode, get_time, get_weather, get_forecast]
    agent = Agent(name="weather", model=TestModel(handler=think), tools=tools)
    return str(asyncio.run(agent(prompt=question).collect()).output.collect_text())
