"""What Anthropic answers."""

from typing import Any

import httpx2

from tests.adapters.doubles.wire import events, whole

USAGE = {
    "input_tokens": 10,
    "cache_read_input_tokens": 12,
    "cache_creation_input_tokens": 3,
    "output_tokens": 5,
}
ANSWER = ["It is ", "21 degrees ", "in Paris."]


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def tool_use(name: str, id: str = "t1", **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": arguments}


def message(*blocks: Any, usage: Any = USAGE, **more: Any) -> httpx2.Response:
    return whole(_message(list(blocks) or [text("Rain.")], usage, **more))


def message_events(*deltas: Any, block: Any = None, usage: Any = USAGE) -> list[dict[str, Any]]:
    """Stream one block; the counts before it are not those after it."""
    rows = deltas or [{"type": "text_delta", "text": piece} for piece in ANSWER]
    return [
        {"type": "message_start", "message": _message([], {**usage, "output_tokens": 1}, stop_reason=None)},
        {"type": "content_block_start", "index": 0, "content_block": block or text("")},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in rows),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ]


def stream(*deltas: Any, at_once: bool = True, **how: Any) -> httpx2.Response:
    return events(message_events(*deltas, **how), at_once=at_once)


def _message(content: list[Any], usage: Any, **more: Any) -> dict[str, Any]:
    about = {"id": "m1", "type": "message", "role": "assistant", "model": "claude-x-1", "stop_reason": "end_turn"}
    return {**about, "stop_sequence": None, "content": content, "usage": usage, **more}
