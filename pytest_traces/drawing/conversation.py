"""Finds the new messages of a model call: an agent sends all earlier ones again with each call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pytest_traces.model.span import SpanData
from pytest_traces.model.words.span_types import MODEL_CALLS

_LOOKED_BACK = 8  # earlier calls that a conversation may continue
_ANSWERS = frozenset({"assistant", "model", "ai", "response"})


class News(NamedTuple):
    """The messages of one call, and the index of the first new one."""

    messages: list[Any]
    start: int

    def told(self) -> list[tuple[int, str, Any]]:
        """Return the new messages by number, with their role; an answer belongs to the call that returned it."""
        new = list(enumerate(self.messages))[self.start :]
        told = [(number, role_of(message), _content(message)) for number, message in new]
        return told[1:] if self.start and told and told[0][1] in _ANSWERS else told


def news_of(spans: Iterable[SpanData]) -> Mapping[str, News]:
    """Return the new messages of each model call whose input is a conversation, by call id; `spans` are in order."""
    found: dict[str, News] = {}
    earlier: list[list[Any]] = []
    for span in spans:
        messages = _messages(span)
        if messages:
            start = max((_common(one, messages) for one in earlier[-_LOOKED_BACK:]), default=0)
            found[span.call_id] = News(messages, start)
            earlier.append(messages)
    return found


def role_of(message: Any) -> str:
    """Return the role of a message."""
    words = [message.get(key) for key in ("role", "type", "kind")] if isinstance(message, Mapping) else []
    return next((word for word in words if isinstance(word, str)), "message")


def _messages(span: SpanData) -> list[Any] | None:
    if span.type not in MODEL_CALLS:
        return None
    given = span.input.get("messages") if isinstance(span.input, Mapping) else span.input
    is_talk = isinstance(given, list) and all(isinstance(one, Mapping) and role_of(one) != "message" for one in given)
    return given if is_talk else None


def _common(before: list[Any], after: list[Any]) -> int:
    shorter = min(len(before), len(after))
    return next((at for at in range(shorter) if before[at] != after[at]), shorter)


def _content(message: Mapping[str, Any]) -> Any:
    content = message.get("content")
    return content if content else {key: one for key, one in message.items() if key != "role" and one is not None}
