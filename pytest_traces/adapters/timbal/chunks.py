"""Streamed pieces in our words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Pieces:
    """Reads the items of one stream.

    Text comes as text, and what a generator yields as it is. Pieces of thoughts and tool calls are
    `{"type": "thinking", "text": ...}` and `{"type": "tool_use", "index": 0, "input": ...}`.
    """

    def __init__(self) -> None:
        self._indexes: dict[str, int] = {}

    def read(self, item: Any) -> Iterator[Any]:
        """Give the piece an item carries, if any: the end of a block carries none."""
        kind = item.type
        if kind in ("text", "text_delta"):
            yield item.text if kind == "text" else item.text_delta
        elif kind in ("thinking", "thinking_delta"):
            yield {"type": "thinking", "text": item.thinking if kind == "thinking" else item.thinking_delta}
        elif kind == "tool_use":
            yield {"type": "tool_use", "index": self._index(item.id), "name": item.name, "input": item.input}
        elif kind == "tool_use_delta":
            yield {"type": "tool_use", "index": self._index(item.id), "input": item.input_delta}
        elif kind == "custom":
            yield item.data
        elif kind != "content_block_stop":
            yield item.model_dump()

    def _index(self, id: str) -> int:
        """Number the calls of a stream: providers invent their ids."""
        return self._indexes.setdefault(id, len(self._indexes))
