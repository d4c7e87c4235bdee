"""Chat completions and the older text completions, of OpenAI and of the many servers that send the same format."""

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
from pytest_traces.runtime.streams.collectors.openai import OpenAIChatCollector

_ABOUT = ("id", "service_tier", "system_fingerprint")
_MODELS = ("tool_calls", "function_call", "audio")
"""The fields of a piece that hold models of the SDK."""


class ChatReply(Reply):
    """The messages of a chat completion, one for each choice."""

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._messages: list[Body] = []
        self._stream: OpenAIChatCollector | None = None

    def take(self, body: Body) -> None:
        super().take(body)
        self.note(body, *_ABOUT)
        choices = map(fields_of, body.get("choices") or ())
        self._messages = [
            {**fields_of(choice.get("message")), "finish_reason": choice.get("finish_reason")} for choice in choices
        ]

    def add(self, event: Any) -> Iterator[Any]:
        chunk = fields_of(event)
        self.model = chunk.get("model") or self.model
        self.usage = chunk.get("usage") or fields_of(chunk.get("x_groq")).get("usage") or self.usage
        self.note(chunk, *_ABOUT)
        self.fail_with(chunk.get("error"))
        self._stream = self._stream or OpenAIChatCollector()
        for choice in map(fields_of, chunk.get("choices") or ()):
            delta, reason = _delta(choice), choice.get("finish_reason")
            self.complete = self.complete or reason is not None
            self._stream.add_delta(choice.get("index") or 0, delta, reason)
            yield from _pieces(delta)

    def output(self) -> Any:
        messages = self._messages
        if self._stream is not None:
            folded = self._stream.collect()
            messages = folded if isinstance(folded, list) else [folded]
        reasons = [message["finish_reason"] for message in messages if message.get("finish_reason")]
        if reasons:
            self.about["finish_reason"] = reasons[0] if len(reasons) == 1 else reasons
        spoken = [self._said(message) for message in messages]
        return spoken[0] if len(spoken) == 1 else spoken or None

    def _said(self, message: Body) -> Any:
        text = _text(message.get("content"))
        called = message.get("function_call")  # the older form of a call
        calls = [_tool_call(call) for call in message.get("tool_calls") or ()]
        calls += [tool_call(called.get("name"), called.get("arguments"), None)] if called else []
        return said(
            decoded(text) if self._asked_for_json() else text,
            calls,
            reasoning=message.get("reasoning_content") or message.get("reasoning"),
            refusal=message.get("refusal"),
            audio=(message.get("audio") or {}).get("transcript"),
        )

    def _asked_for_json(self) -> bool:
        wanted = self.asked.get("response_format")
        return isinstance(wanted, Mapping) and str(wanted.get("type")).startswith("json")


class CompletionReply(Reply):
    """The texts of a completion."""

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._texts: dict[int, str] = {}

    def take(self, body: Body) -> None:
        super().take(body)
        for _ in self.add(body):
            pass

    def add(self, event: Any) -> Iterator[Any]:
        chunk = fields_of(event)
        self.model = chunk.get("model") or self.model
        self.usage = chunk.get("usage") or self.usage
        self.note(chunk, *_ABOUT)
        for choice in map(fields_of, chunk.get("choices") or ()):
            self.complete = self.complete or choice.get("finish_reason") is not None
            self.note(choice, "finish_reason")
            index, text = choice.get("index") or 0, choice.get("text") or ""
            self._texts[index] = self._texts.get(index, "") + text
            if text:
                yield text

    def output(self) -> Any:
        texts = [text for _, text in sorted(self._texts.items())]
        return texts[0] if len(texts) == 1 else texts or None


def _delta(choice: Body) -> Body:
    """Return the piece of a choice; some servers stream a whole message, or a text in parts."""
    delta = choice.get("delta") or choice.get("message")
    held = fields_of(delta)
    if any(held.get(name) for name in _MODELS):
        held = body_of(delta)
    return {**held, "content": _text(held["content"])} if isinstance(held.get("content"), list) else held


def _pieces(delta: Body) -> Iterator[Any]:
    thought = delta.get("reasoning_content") or delta.get("reasoning")
    if thought:
        yield piece_of_thinking(0, thought)
    for text in (delta.get("content"), delta.get("refusal")):
        if text:
            yield text
    called = delta.get("function_call")
    if called:
        yield from piece_of_tool(0, called.get("name"), called.get("arguments"))
    for call in delta.get("tool_calls") or ():
        asked = call.get("function") or call.get("custom") or {}
        yield from piece_of_tool(call.get("index", 0), asked.get("name"), asked.get("arguments") or asked.get("input"))


def _text(content: Any) -> Any:
    """Return the text of a message; some servers send it in parts."""
    if not isinstance(content, list):
        return content
    return "".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))


def _tool_call(call: Body) -> dict[str, Any]:
    asked = call.get("function") or call.get("custom") or {}
    arguments = asked.get("arguments") if "arguments" in asked else asked.get("input")
    return tool_call(asked.get("name"), arguments, call.get("id"))
