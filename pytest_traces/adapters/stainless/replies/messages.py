"""Anthropic's messages: blocks of text, of thinking, of tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_traces.adapters.stainless.replies.reply import (
    Body,
    Reply,
    body_of,
    decoded,
    field,
    piece_of_thinking,
    piece_of_tool,
    said,
    tool_call,
)
from pytest_traces.conventions.units import ANTHROPIC
from pytest_traces.runtime.streams.collectors.anthropic import AnthropicCollector

_KNOWN = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})
_TOOLS = frozenset({"tool_use", "server_tool_use", "mcp_tool_use"})


class MessageReply(Reply):
    """The blocks of a message."""

    units = ANTHROPIC

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._blocks: list[Body] = []
        self._stream: AnthropicCollector | None = None
        self._counts: Body = {}

    def take(self, body: Body) -> None:
        super().take(body)
        self.note(body, "stop_reason", "stop_sequence")
        self._blocks = list(body.get("content") or ())

    def add(self, event: Any) -> Iterator[Any]:
        kind = field(event, "type")
        self._stream = self._stream or AnthropicCollector()
        if AnthropicCollector.can_handle(event):
            self._stream.add(body_of(event))
        if kind == "message_start":
            message = field(event, "message")
            self.model, self._counts = field(message, "model"), body_of(field(message, "usage"))
        elif kind == "message_delta":  # the counts of `message_start` are those of a message that has not begun
            counts = body_of(field(event, "usage"))
            self.usage = {**self._counts, **{unit: count for unit, count in counts.items() if count is not None}}
        elif kind == "message_stop":
            self.complete = True
        yield from _pieces(kind, event)

    def output(self) -> Any:
        if self._stream is not None:
            counted = self.usage
            self.take(self._stream.collect())
            self.usage = counted
        text = "".join(block.get("text") or "" for block in self._blocks if block.get("type") == "text")
        calls = [block for block in self._blocks if block.get("type") == "tool_use"]
        return said(
            decoded(text) if self._asked_for_json() else text,
            [tool_call(call.get("name"), call.get("input"), call.get("id")) for call in calls],
            reasoning="\n".join(block.get("thinking") or "" for block in self._blocks if "thinking" in block),
            items=[block for block in self._blocks if block.get("type") not in _KNOWN],
        )

    def _asked_for_json(self) -> bool:
        config = self.asked.get("output_config")
        wanted = config.get("format") if isinstance(config, Mapping) else self.asked.get("output_format")
        return isinstance(wanted, Mapping) and str(wanted.get("type")).startswith("json")


def _pieces(kind: Any, event: Any) -> Iterator[Any]:
    index = field(event, "index") or 0
    if kind == "content_block_start":
        block = field(event, "content_block")
        if field(block, "type") in _TOOLS:
            yield from piece_of_tool(index, field(block, "name"), None)
        elif field(block, "text"):
            yield field(block, "text")
    elif kind == "content_block_delta":
        delta = field(event, "delta")
        if field(delta, "text"):
            yield field(delta, "text")
        elif field(delta, "thinking"):
            yield piece_of_thinking(index, field(delta, "thinking"))
        else:
            yield from piece_of_tool(index, None, field(delta, "partial_json"))
