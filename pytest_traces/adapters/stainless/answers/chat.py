"""Answers of chat completions and of the older text completions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from time import time
from typing import Any

from pytest_traces.adapters.stainless.answers.answer import arguments_of, issued, pieces, stream
from pytest_traces.runtime.effects import Calls, Responds, Says

_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
"""The usage: no model worked."""


def chat_completion(asked: Mapping[str, Any], effect: Says | Calls) -> Responds:
    """Answer `chat.completions`: the same in each choice."""
    reason = "stop" if isinstance(effect, Says) else "tool_calls"
    if not asked.get("stream"):
        about = {"message": _message(effect), "finish_reason": reason, "logprobs": None}
        return Responds(200, body=_whole("chat.completion", asked, about))
    deltas = [*_deltas(effect), {}]
    rows = [{"delta": delta, "finish_reason": None if delta else reason} for delta in deltas]
    return stream(_chunks("chat.completion.chunk", asked, rows), done=True)


def text_completion(asked: Mapping[str, Any], effect: Says | Calls) -> Responds | None:
    """Answer `completions`: they call no tools."""
    if isinstance(effect, Calls):
        return None
    if not asked.get("stream"):
        about = {"text": effect.text, "finish_reason": "stop", "logprobs": None}
        return Responds(200, body=_whole("text_completion", asked, about))
    rows: list[dict[str, Any]] = [{"text": piece, "finish_reason": None} for piece in pieces(effect.text)]
    return stream(_chunks("text_completion", asked, [*rows, {"text": "", "finish_reason": "stop"}]), done=True)


def _message(effect: Says | Calls) -> dict[str, Any]:
    if isinstance(effect, Says):
        return {"role": "assistant", "content": effect.text, "refusal": None}
    function = {"name": effect.name, "arguments": arguments_of(effect)}
    call = {"id": effect.call_id, "type": "function", "function": function}
    return {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]}


def _deltas(effect: Says | Calls) -> Iterator[dict[str, Any]]:
    if isinstance(effect, Says):
        yield {"role": "assistant", "content": "", "refusal": None}
        yield from ({"content": piece} for piece in pieces(effect.text))
        return
    begun = {"id": effect.call_id, "type": "function", "function": {"name": effect.name, "arguments": ""}}
    yield {"role": "assistant", "content": None, "tool_calls": [{"index": 0, **begun}]}
    yield {"tool_calls": [{"index": 0, "function": {"arguments": arguments_of(effect)}}]}


def _whole(kind: str, asked: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    return {**_head(kind, asked), "choices": _choices(asked, about), "usage": _USAGE}


def _chunks(kind: str, asked: Mapping[str, Any], rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    head = _head(kind, asked)
    for row in rows:
        yield from ({**head, "choices": [choice]} for choice in _choices(asked, row))
    if (asked.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": _USAGE}


def _head(kind: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    prefix = "cmpl-" if kind == "text_completion" else "chatcmpl-"
    return {"id": issued(prefix), "object": kind, "created": int(time()), "model": asked.get("model")}


def _choices(asked: Mapping[str, Any], about: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"index": index, **about} for index in range(asked.get("n") or 1)]
