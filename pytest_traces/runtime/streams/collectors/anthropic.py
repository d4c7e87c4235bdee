"""Streams of Anthropic's messages: events that build one message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_traces.runtime.streams.collectors.collector import EventCollector
from pytest_traces.runtime.values.plain import plain
from pytest_traces.runtime.values.reading import part

_EVENTS = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
    }
)
_TEXTS = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "compaction_delta": "content",
}


class AnthropicCollector(EventCollector):
    """Takes `message_start`, `content_block_delta`, …: the result is the message."""

    def __init__(self, run_context: Any = None) -> None:
        super().__init__(run_context)
        self._message: dict[str, Any] = {"role": "assistant"}
        self._blocks: dict[int, dict[str, Any]] = {}
        self._json: dict[int, str] = {}

    @classmethod
    def can_handle(cls, event: Any) -> bool:
        kind = plain(part(event, "type"))
        is_timbals = kind == "content_block_stop" and part(event, "id") is not None
        return type(kind) is str and kind in _EVENTS and not is_timbals

    def process(self, event: Any) -> Any:
        self.add(plain(event))
        return event

    def add(self, said: Mapping[str, Any]) -> None:
        """Take an event that is in plain form already."""
        kind, index = said.get("type"), said.get("index", 0)
        if kind == "message_start":
            self._message |= {key: value for key, value in said["message"].items() if key != "content"}
        elif kind == "content_block_start":
            self.add_block(index, said["content_block"])
        elif kind == "content_block_delta":
            self.add_delta(index, said["delta"])
        elif kind == "message_delta":
            self._message |= said.get("delta") or {}
            self._message["usage"] = (self._message.get("usage") or {}) | (said.get("usage") or {})

    def collect(self) -> dict[str, Any]:
        return {key: value for key, value in self._message.items() if value is not None} | {"content": self.blocks()}

    def blocks(self) -> list[dict[str, Any]]:
        """Return the blocks so far."""
        for index, text in self._json.items():
            self._blocks[index]["input"] = _parsed(text)
        return [block for _, block in sorted(self._blocks.items())]

    def add_block(self, index: int, block: Mapping[str, Any]) -> None:
        """Take the begin of a block."""
        self._blocks[index] = dict(block)

    def add_delta(self, index: int, delta: Mapping[str, Any]) -> None:
        """Take a piece of a block; of a kind of piece that has no meaning here, nothing."""
        block = self._blocks.setdefault(index, {"type": "text"})
        kind = delta.get("type", "")
        if kind in _TEXTS:
            key = _TEXTS[kind]
            block[key] = (block.get(key) or "") + (delta[key] or "")
        elif kind == "input_json_delta":
            self._json[index] = self._json.get(index, "") + delta["partial_json"]
        elif kind == "citations_delta":
            block["citations"] = [*(block.get("citations") or []), delta["citation"]]


def _parsed(text: str) -> Any:
    """Read a tool's input; a stream that broke off leaves it as text."""
    try:
        return json.loads(text or "{}")
    except ValueError:
        return text
