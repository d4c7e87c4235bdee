"""Streams of OpenAI's chat completions: chunks of a message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_traces.runtime.streams.collectors.collector import EventCollector
from pytest_traces.runtime.values.plain import plain
from pytest_traces.runtime.values.reading import part

_TEXTS = ("content", "refusal", "reasoning_content", "reasoning")


class OpenAIChatCollector(EventCollector):
    """Takes `chat.completion.chunk`s: the result is the message, with its usage where the stream told it.

    A stream of several choices gives a list of messages.
    """

    def __init__(self, run_context: Any = None) -> None:
        super().__init__(run_context)
        self._messages: dict[int, dict[str, Any]] = {}
        self._calls: dict[tuple[int, int], dict[str, Any]] = {}
        self._usage: Any = None

    @classmethod
    def can_handle(cls, event: Any) -> bool:
        return bool(plain(part(event, "object")) == "chat.completion.chunk")

    def process(self, event: Any) -> Any:
        self.add(plain(event))
        return event

    def add(self, chunk: Mapping[str, Any]) -> None:
        """Take a chunk that is in plain form already."""
        self._usage = chunk.get("usage") or self._usage
        for choice in chunk.get("choices") or ():
            self.add_delta(choice.get("index") or 0, choice.get("delta") or {}, choice.get("finish_reason"))

    def add_delta(self, index: int, delta: Mapping[str, Any], finish_reason: Any) -> None:
        """Take a piece of the message of one choice."""
        message = self._messages.setdefault(index, {"role": "assistant", "content": None})
        for key in _TEXTS:
            piece = delta.get(key)
            if piece is not None:
                message[key] = (message.get(key) or "") + piece
        for call in delta.get("tool_calls") or ():
            self._add_call(index, message, call)
        called = delta.get("function_call")  # the form before there were tools
        if called:
            _continue(message.setdefault("function_call", {"name": "", "arguments": ""}), called)
        spoken = (delta.get("audio") or {}).get("transcript")
        if spoken:
            told = message.setdefault("audio", {"transcript": ""})
            told["transcript"] += spoken
        if finish_reason:
            message["finish_reason"] = finish_reason

    def collect(self) -> Any:
        messages = [message for _, message in sorted(self._messages.items())]
        if self._usage is not None:
            messages = [message | {"usage": self._usage} for message in messages] or [{"usage": self._usage}]
        return messages[0] if len(messages) == 1 else messages

    def _add_call(self, choice: int, message: dict[str, Any], piece: dict[str, Any]) -> None:
        said = piece.get("function") or piece.get("custom") or {}
        key = (choice, piece.get("index") or 0)
        call = self._calls.get(key)
        if call is None or _is_another(call, piece, said):
            call = {"id": None, "type": "function", "function": {"name": "", "arguments": ""}}
            self._calls[key] = call
            message.setdefault("tool_calls", []).append(call)
        call["id"] = piece.get("id") or call["id"]
        _continue(call["function"], said)


def _is_another(call: dict[str, Any], piece: dict[str, Any], said: dict[str, Any]) -> bool:
    """Return whether a piece begins another call; some servers give all calls the same index, or none."""
    ids = (call["id"], piece.get("id"))
    return all(ids) and ids[0] != ids[1] and bool(said.get("name"))


def _continue(function: dict[str, str], said: dict[str, Any]) -> None:
    """Add a piece of a name or of arguments; some servers send arguments as an object."""
    function["name"] += said.get("name") or ""
    more = said.get("arguments") or said.get("input") or ""
    function["arguments"] += more if isinstance(more, str) else json.dumps(more)
