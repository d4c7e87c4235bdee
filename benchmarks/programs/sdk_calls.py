"""The SDK calls whose capture is measured: replies come from memory, whole or streamed."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from benchmarks.programs.program import Program, Run, openinference

_ASK = [{"role": "user", "content": "Weather in Paris?"}]
_PIECES = ("It is ", "21 degrees ", "in Paris.")
_TEXT = "".join(_PIECES)


def _chat(*, stream: bool) -> Run:
    from openai import OpenAI

    said = {"id": "c1", "created": 1, "model": "gpt-4o-mini"}
    usage = {"prompt_tokens": 25, "completion_tokens": 5, "total_tokens": 30}
    whole = [{"index": 0, "message": {"role": "assistant", "content": _TEXT}, "finish_reason": "stop"}]
    pieces = [{**said, "choices": [{"index": 0, "delta": {"content": text}}]} for text in _PIECES]
    events = [*pieces, {**said, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": usage}]
    client: Any = OpenAI(
        api_key="none", http_client=_answering(stream, events, {**said, "choices": whole, "usage": usage})
    )
    return _run(client.chat.completions, stream, model="gpt-4o-mini", messages=_ASK)


def _response(*, stream: bool) -> Run:
    from openai import OpenAI

    usage = {"input_tokens": 25, "output_tokens": 5, "total_tokens": 30}
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    part = {"type": "output_text", "text": _TEXT, "annotations": []}
    item = {"type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": [part]}
    about = {"id": "r1", "object": "response", "created_at": 1, "model": "gpt-4o-mini", "parallel_tool_calls": True}
    about |= {"tools": [], "tool_choice": "auto"}
    begun = {**about, "status": "in_progress", "output": [], "usage": None}
    whole = {**about, "status": "completed", "output": [item], "usage": usage | details}
    place = {"output_index": 0, "content_index": 0, "item_id": "m1"}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
        *({"type": "response.output_text.delta", **place, "delta": text, "logprobs": []} for text in _PIECES),
        {"type": "response.output_text.done", **place, "text": _TEXT, "logprobs": []},
        {"type": "response.content_part.done", **place, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": whole},
    ]
    numbered = [{**event, "sequence_number": number} for number, event in enumerate(events)]
    client: Any = OpenAI(api_key="none", http_client=_answering(stream, numbered, whole))
    return _run(client.responses, stream, model="gpt-4o-mini", input=_ASK)


def _message(*, stream: bool) -> Run:
    from anthropic import Anthropic

    said = {"id": "m1", "type": "message", "role": "assistant", "model": "claude"}
    usage = {"input_tokens": 25, "output_tokens": 5}
    whole = {**said, "content": [{"type": "text", "text": _TEXT}], "stop_reason": "end_turn", "usage": usage}
    delta = {"type": "content_block_delta", "index": 0}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**said, "content": [], "stop_reason": None, "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *({**delta, "delta": {"type": "text_delta", "text": text}} for text in _PIECES),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ]
    client: Any = Anthropic(api_key="none", http_client=_answering(stream, events, whole))
    return _run(client.messages, stream, model="claude", max_tokens=100, messages=_ASK)


def _run(endpoint: Any, stream: bool, **asked: Any) -> Run:
    if stream:
        return lambda: list(endpoint.create(stream=True, **asked))
    return lambda: endpoint.create(**asked)


def _answering(stream: bool, events: list[Any], whole: Any) -> Any:
    """Return an HTTP client that answers each request with a body, or with the events of its stream."""
    import httpx2

    body = _events(events) if stream else json.dumps(whole)
    about = {"content-type": "text/event-stream" if stream else "application/json"}
    return httpx2.Client(transport=httpx2.MockTransport(lambda request: httpx2.Response(200, text=body, headers=about)))


def _events(events: list[Any]) -> str:
    """Return server-sent events; an event with a type has it as name."""
    named = [("event: {type}\n".format(**event) if "type" in event else "", json.dumps(event)) for event in events]
    return "".join(f"{name}data: {data}\n\n" for name, data in named)


_OPENAI = openinference("openai", "OpenAIInstrumentor")
_ANTHROPIC = openinference("anthropic", "AnthropicInstrumentor")

SDK_CALLS = (
    Program("a chat call of OpenAI's SDK", "openai", partial(_chat, stream=False), _OPENAI),
    Program("a streamed one", "openai", partial(_chat, stream=True), _OPENAI),
    Program("a call of its Responses", "openai", partial(_response, stream=False), _OPENAI),
    Program("a streamed one", "openai", partial(_response, stream=True), _OPENAI),
    Program("a call of Anthropic's SDK", "anthropic", partial(_message, stream=False), _ANTHROPIC),
    Program("a streamed one", "anthropic", partial(_message, stream=True), _ANTHROPIC),
)
