"""OpenAI's Responses: a list of items, of which messages and calls of functions are the common ones."""

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

_ENDED = frozenset({"response.completed", "response.incomplete", "response.failed"})
_TEXT = frozenset({"response.output_text.delta", "response.refusal.delta"})
_THINKING = frozenset({"response.reasoning_text.delta", "response.reasoning_summary_text.delta"})
_ARGUMENTS = frozenset({"response.function_call_arguments.delta", "response.custom_tool_call_input.delta"})
_ITEMS = frozenset({"response.output_item.added", "response.output_item.done"})
_HEARD = _ENDED | _TEXT | _THINKING | _ARGUMENTS | _ITEMS | {"error"}
"""The events that add to the output; most others repeat them."""
_CALLS = frozenset({"function_call", "custom_tool_call"})


class ResponsesReply(Reply):
    """The items of a response; of a broken stream, the items so far."""

    def __init__(self, asked: Body) -> None:
        super().__init__(asked)
        self._parts: list[tuple[str, Any]] = []
        self._open: dict[int, str] = {}

    def take(self, body: Body) -> None:
        super().take(body)
        self.note(body, "status", "incomplete_details", "service_tier")
        self._parts = [part for item in body.get("output") or () for part in _parts(item)]
        self._open.clear()
        if body.get("status") == "failed" and self.fault is None:
            self.fault = "error", ""

    def add(self, event: Any) -> Iterator[Any]:
        said = fields_of(event)
        kind = said.get("type")
        if kind not in _HEARD:
            return
        index, delta = said.get("output_index") or 0, said.get("delta")
        if kind in _TEXT:
            self._open[index] = self._open.get(index, "") + str(delta)
            yield delta
        elif kind in _THINKING:
            yield piece_of_thinking(index, str(delta))
        elif kind in _ARGUMENTS:
            yield from piece_of_tool(index, None, delta)
        elif kind == "response.output_item.added":
            item = fields_of(said.get("item"))
            if item.get("type") in _CALLS:
                yield from piece_of_tool(index, item.get("name"), None)
        else:
            self._take_event(kind, index, said)

    def output(self) -> Any:
        held: dict[str, list[Any]] = {name: [] for name in ("text", "refusal", "reasoning", "tool_calls", "items")}
        for name, part in self._parts:
            held[name].append(part)
        text = "".join([*held["text"], *self._open.values()])
        return said(
            decoded(text) if self._asked_for_json() else text,
            held["tool_calls"],
            reasoning="\n".join(held["reasoning"]),
            refusal="".join(held["refusal"]),
            items=held["items"],
        )

    def _take_event(self, kind: Any, index: int, said: Body) -> None:
        """Take an event without a piece: the end of an item, of the response, or an error."""
        if kind == "response.output_item.done":
            self._parts += _parts(said.get("item"))
            self._open.pop(index, None)
        elif kind in _ENDED:
            self.complete = True
            self.take(fields_of(said.get("response")))
        elif kind == "error":
            self.fail_with(said)

    def _asked_for_json(self) -> bool:
        text = self.asked.get("text")
        wanted = text.get("format") if isinstance(text, Mapping) else None
        return isinstance(wanted, Mapping) and str(wanted.get("type")).startswith("json")


def _parts(item: Any) -> Iterator[tuple[str, Any]]:
    """Yield what an item adds to each part of the output."""
    held = fields_of(item)
    kind = held.get("type")
    if kind == "message":
        for part in map(fields_of, held.get("content") or ()):
            yield "text", part.get("text") or ""
            yield "refusal", part.get("refusal") or ""
    elif kind in _CALLS:
        arguments = held.get("arguments") if kind == "function_call" else held.get("input")
        yield "tool_calls", tool_call(held.get("name"), arguments, held.get("call_id"))
    elif kind == "reasoning":
        told = map(fields_of, held.get("content") or held.get("summary") or ())
        yield from (("reasoning", part["text"]) for part in told if part.get("text"))
    else:
        yield "items", body_of(item)
