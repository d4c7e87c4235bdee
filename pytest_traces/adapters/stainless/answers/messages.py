"""Answers of Anthropic's messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_traces.adapters.stainless.answers.answer import arguments_of, issued, pieces, stream
from pytest_traces.adapters.stainless.replies.reply import decoded
from pytest_traces.runtime.effects import Calls, Responds, Says

_USAGE = {"input_tokens": 0, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "output_tokens": 0}
"""The usage: no model worked."""


def message(asked: Mapping[str, Any], effect: Says | Calls) -> Responds | None:
    """Answer `messages`; arguments that are no object can only be streamed."""
    end = {"stop_reason": "end_turn" if isinstance(effect, Says) else "tool_use", "stop_sequence": None}
    about = {"id": issued("msg_"), "type": "message", "role": "assistant", "model": asked.get("model")}
    if asked.get("stream"):
        begun: dict[str, Any] = {**about, "content": [], "stop_reason": None, "stop_sequence": None, "usage": _USAGE}
        return stream(_events(begun, effect, end))
    if isinstance(effect, Says):
        content: dict[str, Any] = {"type": "text", "text": effect.text}
    else:
        given = decoded(effect.arguments)
        if not isinstance(given, Mapping):
            return None
        content = {**_tool_use(effect), "input": given}
    return Responds(200, body={**about, "content": [content], **end, "usage": _USAGE})


def _events(begun: Mapping[str, Any], effect: Says | Calls, end: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    block = {"type": "text", "text": ""} if isinstance(effect, Says) else _tool_use(effect)
    yield {"type": "message_start", "message": begun}
    yield {"type": "content_block_start", "index": 0, "content_block": block}
    for delta in _deltas(effect):
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
    yield {"type": "content_block_stop", "index": 0}
    yield {"type": "message_delta", "delta": end, "usage": {"output_tokens": 0}}
    yield {"type": "message_stop"}


def _deltas(effect: Says | Calls) -> Iterator[dict[str, Any]]:
    if isinstance(effect, Says):
        yield from ({"type": "text_delta", "text": piece} for piece in pieces(effect.text))
    else:
        yield {"type": "input_json_delta", "partial_json": arguments_of(effect)}


def _tool_use(effect: Calls) -> dict[str, Any]:
    return {"type": "tool_use", "id": effect.call_id, "name": effect.name, "input": {}}
