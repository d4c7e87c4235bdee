"""Answers of OpenAI's Responses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import time
from typing import Any

from pytest_traces.adapters.stainless.answers.answer import arguments_of, issued, pieces, stream
from pytest_traces.runtime.effects import Calls, Responds, Says

_NONE = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
_USAGE = {**_NONE, "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
"""The usage: no model worked."""
_ECHOED = ("instructions", "metadata", "previous_response_id", "temperature", "text", "top_p", "tools", "tool_choice")
"""Fields of a request that its response repeats."""


def response(asked: Mapping[str, Any], effect: Says | Calls) -> Responds:
    """Answer `responses`."""
    item = _message(effect.text) if isinstance(effect, Says) else _function_call(effect)
    about = {
        "id": issued("resp_"), "object": "response", "created_at": int(time()), "model": asked.get("model"),
        "parallel_tool_calls": True, "tools": [], "tool_choice": "auto", "error": None, "incomplete_details": None,
        **{word: asked[word] for word in _ECHOED if asked.get(word) is not None},
    }  # fmt: skip
    whole = {**about, "status": "completed", "output": [item], "usage": _USAGE}
    if not asked.get("stream"):
        return Responds(200, body=whole)
    begun = {**about, "status": "in_progress", "output": [], "usage": None}
    events = _events(begun, item, whole)
    return stream({**event, "sequence_number": number} for number, event in enumerate(events))


def _message(text: str) -> dict[str, Any]:
    about = {"type": "message", "id": issued("msg_"), "role": "assistant", "status": "completed"}
    return {**about, "content": [_part(text)]}


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _function_call(effect: Calls) -> dict[str, Any]:
    about = {"type": "function_call", "id": issued("fc_"), "call_id": effect.call_id, "status": "completed"}
    return {**about, "name": effect.name, "arguments": arguments_of(effect)}


def _events(begun: dict[str, Any], item: dict[str, Any], whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    place = {"output_index": 0, "item_id": item["id"]}
    is_text = item["type"] == "message"
    empty = {**item, "status": "in_progress", "content" if is_text else "arguments": [] if is_text else ""}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    yield {"type": "response.output_item.added", "output_index": 0, "item": empty}
    yield from _text(place, item["content"][0]["text"]) if is_text else _arguments(place, item)
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}
    yield {"type": "response.completed", "response": whole}


def _text(place: dict[str, Any], text: str) -> Iterator[dict[str, Any]]:
    place = {**place, "content_index": 0}
    yield {"type": "response.content_part.added", **place, "part": _part("")}
    for piece in pieces(text):
        yield {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
    yield {"type": "response.output_text.done", **place, "text": text, "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": _part(text)}


def _arguments(place: dict[str, Any], item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    told = {"name": item["name"], "arguments": item["arguments"]}
    yield {"type": "response.function_call_arguments.delta", **place, "delta": item["arguments"]}
    yield {"type": "response.function_call_arguments.done", **place, **told}
