"""A Timbal agent that streams: a tool reports progress, and the model answers piece by piece."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from openai.types.chat import ChatCompletionChunk
from timbal import Agent
from timbal.core.test_model import TestModel
from timbal.state import set_billing_id


def part(**function: str) -> dict[str, Any]:
    return {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}


class StreamedModel(TestModel):
    """Streams like a model: OpenAI's chunks, one list of deltas for each call."""

    turns = (
        [part(name="search", arguments='{"query": '), part(arguments='"refund"}')],
        [{"content": "You have "}, {"content": "30 days."}],
    )

    async def stream(self, messages: list[Any], **_: Any) -> AsyncIterator[ChatCompletionChunk]:
        set_billing_id("openai/gpt-4o-mini")
        base: dict[str, Any] = {"id": "x", "created": 0, "model": "m", "object": "chat.completion.chunk"}
        for delta in self.turns[sum(message.role == "assistant" for message in messages)]:
            yield ChatCompletionChunk(**base, choices=[{"index": 0, "delta": delta}])
        usage = {"prompt_tokens": 20, "completion_tokens": 7, "total_tokens": 27}
        yield ChatCompletionChunk(**base, choices=[], usage=usage)


async def search(query: str) -> AsyncIterator[dict[str, Any]]:
    for page in (1, 2):
        await asyncio.sleep(0.001)
        yield {"page": page, "found": f"{query} policy, page {page}"}


agent = Agent(name="support", model=StreamedModel(), tools=[search])


async def answer(question: str) -> list[str]:
    """Return the pieces of the answer in the order of the stream."""
    pieces = []
    async for event in agent(prompt=question):
        if event.type == "DELTA" and event.item.type in ("text", "text_delta"):
            pieces.append(event.item.text if event.item.type == "text" else event.item.text_delta)
    return pieces
