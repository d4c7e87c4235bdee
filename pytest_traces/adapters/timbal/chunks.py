"""Streamed pieces in our words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


class Pieces:
    """Reads the items of one stream.

    Text comes as text, and what a generator yields as it is; thoughts and calls of tools as Timbal's own items.
    """

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def read(self, item: Any) -> Iterator[Any]:
        """Give the piece an item carries, if any: the end of a block carries none."""
        if item.type == "text" or item.type == "text_delta":
            text = item.text if item.type == "text" else item.text_delta
            if text:
                yield text
        elif item.type == "custom":
            yield item.data
        elif item.type != "content_block_stop":
            said = {key: value for key, value in item.model_dump().items() if value is not False}
            yield {**said, "id": self._ids.setdefault(item.id, str(len(self._ids)))}  # ids are random
