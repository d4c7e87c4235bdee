"""A shop on Timbal that recovers from failures, and a review by OpenAI's client. The model is a script."""

import asyncio
from typing import Any

from openai import OpenAI
from timbal import Agent
from timbal.core.test_model import TestModel
from timbal.types.content import ToolUseContent
from timbal.types.message import Message


def call(name: str, **arguments: Any) -> Message:
    asked = ToolUseContent(id=f"call_{name}", name=name, input=arguments)
    return Message(role="assistant", content=[asked], stop_reason="tool_use")


SCRIPT = [call("reserve", item="book"), call("charge_card", euros=12), call("send_receipt", euros=12), "It is yours."]


def think(messages: list[Message]) -> Message | str:
    """Return the next message of the model: it calls one tool after the other, and a failed one again."""
    turns = sum(message.role == "assistant" for message in messages)
    told = [str(message.content) for message in messages]
    failures = sum("Error" in text or "not found" in text for text in told)
    return SCRIPT[turns - failures]


async def reserve(item: str) -> str:
    return f"{item} is reserved"


async def charge_card(euros: int) -> str:
    return f"{euros} euros are paid"


async def send_receipt(euros: int) -> str:
    return "sent"


def buy(wish: str) -> str:
    agent = Agent(name="shop", model=TestModel(handler=think), tools=[reserve, charge_card, send_receipt])
    return str(asyncio.run(agent(prompt=wish).collect()).output.collect_text())


def review(text: str, client: OpenAI) -> str | None:
    """Ask a model about a text; the client retries twice if the provider is busy."""
    asked = client.with_options(max_retries=2)
    completion = asked.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
    return completion.choices[0].message.content
