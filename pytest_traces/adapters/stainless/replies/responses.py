"""OpenAI's Responses: a list of items, of which messages and calls of functions are the common ones."""

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

_ENDED = frozenset({"response.completed", "response.incomplete", "response.failed"})
_TEXT = frozenset({"response.output_text.delta", "response.refusal.delta"})
_THINKING = frozenset({"response.reasoning_text.delta", "response.reasoning_summary_text.delta"})
_ARGUMENTS = frozenset({"response.function_call_arguments.delta", "response.custom_tool_call_input.delta"})
_CALLS = frozenset({"function_call", "custom_tool_call"})


class ResponsesReply(Reply):
    """The items of a response; of a broken stream, the items so far."""

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._items: list[Body] = []
        self._open: dict[int, str] = {}

    def take(self, body: Body) -> None:
        super().take(body)
        self.note(body, "status", "incomplete_details", "service_tier")
        self._items = list(body.get("output") or ())
        self._open.clear()
        if body.get("status") == "failed":
            self._fail(body.get("error") or {})

    def add(self, event: Any) -> Iterator[Any]:
        kind, index = field(event, "type"), field(event, "output_index") or 0
        if kind in _TEXT:
            self._open[index] = self._open.get(index, "") + field(event, "delta")
            yield field(event, "delta")
        elif kind in _THINKING:
            yield piece_of_thinking(index, field(event, "delta"))
        elif kind in _ARGUMENTS:
            yield from piece_of_tool(index, None, field(event, "delta"))
        elif kind == "response.output_item.added":
            item = body_of(field(event, "item"))
            if item.get("type") in _CALLS:
                yield from piece_of_tool(index, item.get("name"), None)
        elif kind == "response.output_item.done":
            self._items.append(body_of(field(event, "item")))
            self._open.pop(index, None)
        elif kind in _ENDED:
            self.complete = True
            self.take(body_of(field(event, "response")))
        elif kind == "error":
            self._fail(body_of(event))

    def output(self) -> Any:
        messages = [item for item in self._items if item.get("type") == "message"]
        parts = [part for item in messages for part in item.get("content") or ()]
        text = "".join([*(part.get("text") or "" for part in parts), *self._open.values()])
        calls = [_tool_call(item) for item in self._items if item.get("type") in _CALLS]
        others = [item for item in self._items if item.get("type") not in {"message", "reasoning", *_CALLS}]
        return said(
            decoded(text) if self._asked_for_json() else text,
            calls,
            reasoning="\n".join(filter(None, map(_thought, self._items))),
            refusal="".join(part.get("refusal") or "" for part in parts),
            items=others,
        )

    def _fail(self, error: Body) -> None:
        self.fault = str(error.get("code") or "error"), str(error.get("message") or "")

    def _asked_for_json(self) -> bool:
        text = self.asked.get("text")
        wanted = text.get("format") if isinstance(text, Mapping) else None
        return isinstance(wanted, Mapping) and str(wanted.get("type")).startswith("json")


def _tool_call(item: Body) -> dict[str, Any]:
    arguments = item.get("arguments") if item.get("type") == "function_call" else item.get("input")
    return tool_call(item.get("name"), arguments, item.get("call_id"))


def _thought(item: Body) -> str:
    if item.get("type") != "reasoning":
        return ""
    return "\n".join(part.get("text") or "" for part in item.get("content") or item.get("summary") or ())
