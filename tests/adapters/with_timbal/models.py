"""Fake models for Timbal, offline: one with real deltas and counts, and shorthands for the one Timbal ships."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from openai.types.chat import ChatCompletionChunk
from timbal import Agent
from timbal.core.test_model import TestModel
from timbal.state import set_billing_id
from timbal.state.background import store_for_run
from timbal.types.content import ToolUseContent
from timbal.types.message import Message

from pytest_traces.trace.selection import Span
from pytest_traces.trace.trace import Trace

Turn = str | Exception | Sequence[tuple[str, dict[str, Any]]]
"""What the model says in one call: words to stream, an error to raise, or tools to call."""


class StreamedModel(TestModel):
    """Streams scripted turns as OpenAI chunks, word by word, and reports the tokens it is told to."""

    __test__ = False

    def __init__(self, *turns: Turn, tokens: tuple[int, int] = (25, 5), name: str = "openai/gpt-4o-mini") -> None:
        super().__init__(responses=[""])
        self.provider, self.model_name = name.split("/")
        self._turns = turns
        self._tokens = tokens

    async def stream(self, messages: list[Message], **_: Any) -> AsyncIterator[ChatCompletionChunk]:
        turn = self._turns[sum(message.role == "assistant" for message in messages)]
        set_billing_id(f"{self.provider}/{self.model_name}")
        base: dict[str, Any] = {"id": "x", "created": 0, "model": "m", "object": "chat.completion.chunk"}
        if isinstance(turn, Exception):
            raise turn
        for delta in [{"content": word} for word in turn.split(" ")] if isinstance(turn, str) else _calls(turn):
            if "content" in delta and delta["content"] != turn.split(" ")[0]:
                delta["content"] = f" {delta['content']}"
            yield ChatCompletionChunk(**base, choices=[{"index": 0, "delta": delta}])
        read, wrote = self._tokens
        usage = {"prompt_tokens": read, "completion_tokens": wrote, "total_tokens": read + wrote}
        yield ChatCompletionChunk(**base, choices=[], usage=usage)


def _calls(turn: Sequence[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    deltas = []
    for index, (name, arguments) in enumerate(turn):
        text = json.dumps(arguments)
        half = len(text) // 2
        head = {"index": index, "id": f"c{index}", "type": "function"}
        deltas.append({"tool_calls": [{**head, "function": {"name": name, "arguments": text[:half]}}]})
        deltas.append({"tool_calls": [{**head, "function": {"arguments": text[half:]}}]})
    return deltas


def tool_calls(*calls: tuple[str, dict[str, Any]]) -> Message:
    """Return a message of Timbal's own `TestModel` that calls tools."""
    content = [ToolUseContent(id=f"c{index}", name=name, input=args) for index, (name, args) in enumerate(calls)]
    return Message(role="assistant", content=content, stop_reason="tool_use")


async def settled(trace: Trace) -> None:
    """Wait until the background tasks of the first run have ended."""
    store = store_for_run(trace.runs[0].run_id)
    assert store is not None
    await asyncio.gather(*(record.task for record in store.running_tasks()), return_exceptions=True)
    await asyncio.sleep(0)


def shop(*tools: Any, said: list[Any], **options: Any) -> Agent:
    """Return an agent with these tools whose model says these things."""
    return Agent(name="shop", tools=list(tools), model=TestModel(responses=said), **options)


def reason(span: Span) -> str | None:
    """Return why a span ended, in the words of Timbal."""
    found: str | None = span.attributes["status"]["reason"]
    return found
