"""What OpenAI's endpoints answer."""

import json
from typing import Any

import httpx2

from tests.adapters.doubles.wire import events, whole

USAGE = {
    "prompt_tokens": 25,
    "completion_tokens": 5,
    "total_tokens": 30,
    "prompt_tokens_details": {"cached_tokens": 10},
    "completion_tokens_details": {"reasoning_tokens": 2},
}
RESPONSE_USAGE = {
    "input_tokens": 25,
    "output_tokens": 5,
    "total_tokens": 30,
    "input_tokens_details": {"cached_tokens": 10},
    "output_tokens_details": {"reasoning_tokens": 2},
}
ANSWER = ["It is ", "21 degrees ", "in Paris."]


def function(name: str, id: str = "c1", **arguments: Any) -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


def chat(text: str | None = "Rain.", *calls: Any, usage: Any = USAGE, **message: Any) -> httpx2.Response:
    told = {"role": "assistant", "content": text, "tool_calls": list(calls) or None, **message}
    choice = {"index": 0, "message": told, "finish_reason": "tool_calls" if calls else "stop"}
    return whole(_completion("chat.completion", [choice], usage=usage))


def chunks(*deltas: Any, usage: Any = USAGE, **how: Any) -> httpx2.Response:
    """Stream an answer, the usage at the end."""
    rows = deltas or [{"content": piece} for piece in ANSWER]
    told = [_completion("chat.completion.chunk", [{"index": 0, "delta": delta}]) for delta in rows]
    told.append(_completion("chat.completion.chunk", [{"index": 0, "delta": {}, "finish_reason": "stop"}]))
    if usage is not None:
        told.append(_completion("chat.completion.chunk", [], usage=usage))
    return events(told, done=True, **how)


def message(*texts: str) -> dict[str, Any]:
    parts = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    return {"type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": parts}


def response(*items: Any, **more: Any) -> dict[str, Any]:
    return {
        "id": "r1", "object": "response", "created_at": 1, "model": "gpt-4o-mini-2024", "status": "completed",
        "output": list(items or [message("Rain.")]), "usage": RESPONSE_USAGE, "tools": [], "tool_choice": "auto",
        "parallel_tool_calls": True, **more,
    }  # fmt: skip


def response_events(*items: Any) -> list[dict[str, Any]]:
    """Stream a response: its text in pieces, then its end."""
    told = [
        {"type": "response.created", "response": response(status="in_progress", output=[], usage=None)},
        {"type": "response.output_item.added", "output_index": 0, "item": {**message(), "status": "in_progress"}},
        {"type": "response.content_part.added", "output_index": 0, "content_index": 0, "item_id": "m1",
         "part": {"type": "output_text", "text": "", "annotations": []}},
    ]  # fmt: skip
    about = {"output_index": 0, "content_index": 0, "item_id": "m1", "logprobs": []}
    told += [{"type": "response.output_text.delta", "delta": piece, **about} for piece in ANSWER]
    told += [
        {"type": "response.output_text.done", "text": "".join(ANSWER), **about},
        {"type": "response.output_item.done", "output_index": 0, "item": message("".join(ANSWER))},
        {"type": "response.completed", "response": response(message("".join(ANSWER)))},
    ]
    return [{"sequence_number": number, **one} for number, one in enumerate(told)]


def _completion(kind: str, choices: list[Any], **more: Any) -> dict[str, Any]:
    return {"id": "c1", "object": kind, "created": 1, "model": "gpt-4o-mini-2024", "choices": choices, **more}
