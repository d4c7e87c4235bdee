"""Anthropic's messages: blocks of text, of thinking, of tools."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_traces.adapters.stainless.replies.reply import (
    Body,
    Reply,
    body_of,
    decoded,
    fields_of,
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
        self._begun: dict[str, Any] = {}

    def take(self, body: Body) -> None:
        super().take(body)
        self.note(body, "stop_reason", "stop_sequence")
        self._blocks = list(body.get("content") or ())

    def add(self, event: Any) -> Iterator[Any]:
        told = fields_of(event)
        kind = told.get("type")
        self._stream = self._stream or AnthropicCollector()
        if kind == "content_block_delta":
            delta, index = fields_of(told.get("delta")), told.get("index") or 0
            self._stream.add_delta(index, delta)
            yield from _pieces_of_delta(index, delta)
        elif kind == "content_block_start":
            block, index = body_of(told.get("content_block")), told.get("index") or 0
            self._stream.add_block(index, block)
            yield from _pieces_of_block(index, block)
        else:
            self._take_event(kind, told)

    def output(self) -> Any:
        if self._stream is not None:
            self.take({**self._begun, "content": self._stream.blocks(), "usage": self.usage})
        text = "".join(block.get("text") or "" for block in self._blocks if block.get("type") == "text")
        calls = [block for block in self._blocks if block.get("type") == "tool_use"]
        return said(
            decoded(text) if self._asked_for_json() else text,
            [tool_call(call.get("name"), call.get("input"), call.get("id")) for call in calls],
            reasoning="\n".join(block.get("thinking") or "" for block in self._blocks if "thinking" in block),
            items=[block for block in self._blocks if block.get("type") not in _KNOWN],
        )

    def _take_event(self, kind: Any, told: Body) -> None:
        """Take an event without a piece: the begin or the end of the message."""
        if kind == "message_start":
            self._begun = dict(body_of(told.get("message")))
            self.model = self._begun.get("model")
        elif kind == "message_delta":  # the counts of `message_start` are those of a message that has not begun
            counts = body_of(told.get("usage"))
            before = self._begun.get("usage") or {}
            self.usage = {**before, **{unit: count for unit, count in counts.items() if count is not None}}
            self._begun.update(body_of(told.get("delta")))
        elif kind == "message_stop":
            self.complete = True
        elif kind == "error":
            self.fail_with(told.get("error"))

    def _asked_for_json(self) -> bool:
        config = self.asked.get("output_config")
        wanted = config.get("format") if isinstance(config, Mapping) else self.asked.get("output_format")
        return isinstance(wanted, Mapping) and str(wanted.get("type")).startswith("json")


def _pieces_of_block(index: int, block: Body) -> Iterator[Any]:
    if block.get("type") in _TOOLS:
        yield from piece_of_tool(index, block.get("name"), None)
    elif block.get("text"):
        yield block["text"]


def _pieces_of_delta(index: int, delta: Body) -> Iterator[Any]:
    if delta.get("text"):
        yield delta["text"]
    elif delta.get("thinking"):
        yield piece_of_thinking(index, delta["thinking"])
    else:
        yield from piece_of_tool(index, None, delta.get("partial_json"))
