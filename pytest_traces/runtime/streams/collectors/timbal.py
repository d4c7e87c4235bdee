"""Streams of Timbal's delta items: pieces of blocks, identified by their ids."""

from __future__ import annotations

import json
from typing import Any

from pytest_traces.runtime.streams.collectors.collector import EventCollector
from pytest_traces.runtime.values.plain import plain

_WHOLE = {"text": "text", "thinking": "thinking", "tool_use": "input"}
_PIECES = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "tool_use_delta": ("tool_use", "input"),
}


class DeltaCollector(EventCollector):
    """Takes `text_delta`, `tool_use_delta`, `custom`, …: the result is the list of whole blocks."""

    several = True

    def __init__(self, run_context: Any = None) -> None:
        super().__init__(run_context)
        self._blocks: list[dict[str, Any]] = []
        self._open: dict[tuple[str, str], dict[str, Any]] = {}

    @classmethod
    def can_handle(cls, event: Any) -> bool:
        said = plain(event)
        if not isinstance(said, dict):
            return False
        kind = said.get("type")
        if kind in _PIECES:
            return f"{_PIECES[kind][1]}_delta" in said
        if kind in _WHOLE:
            return isinstance(said.get(_WHOLE[kind]), str)
        return (kind == "custom" and "data" in said) or (kind == "content_block_stop" and "id" in said)

    def process(self, event: Any) -> Any:
        said = plain(event)
        kind = said["type"]
        if kind in _PIECES:
            block, key = _PIECES[kind]
            self._block(block, said)[key] += said[f"{key}_delta"]
        elif kind in _WHOLE:
            self._block(kind, said)[_WHOLE[kind]] += said[_WHOLE[kind]]
        elif kind == "custom":
            self._blocks.append(said)
        return event

    def collect(self) -> list[dict[str, Any]]:
        return [block | {"input": _parsed(block["input"])} if "input" in block else block for block in self._blocks]

    def _block(self, kind: str, said: dict[str, Any]) -> dict[str, Any]:
        key = (kind, str(said.get("id")))
        if key not in self._open:
            about = {name: said[name] for name in ("id", "name", "is_server_tool_use") if said.get(name)}
            self._open[key] = {"type": kind, **about, _WHOLE[kind]: ""}
            self._blocks.append(self._open[key])
        return self._open[key]


def _parsed(text: str) -> Any:
    """Read a tool's input; a stream that broke off leaves it as text."""
    try:
        return json.loads(text)
    except ValueError:
        return text
