"""A chat model of OpenAI's kind that answers from memory, and a client that asks it."""

import json
from typing import Any

import httpx2
from openai import OpenAI

USAGE = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "total_tokens": 120,
    "prompt_tokens_details": {"cached_tokens": 40},
}
ANSWER = ["It is ", "21 ", "degrees."]


def client(*, fails: int = 0) -> OpenAI:
    """Return a client whose first calls fail."""
    left = [fails]

    def answer(request: httpx2.Request) -> httpx2.Response:
        if left[0]:
            left[0] -= 1
            return httpx2.Response(503, json={"error": {"message": "overloaded"}})
        return _stream() if json.loads(request.content).get("stream") else _whole()

    return OpenAI(api_key="k", http_client=httpx2.Client(transport=httpx2.MockTransport(answer)), max_retries=0)


def _whole() -> httpx2.Response:
    message = {"role": "assistant", "content": "".join(ANSWER)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return httpx2.Response(200, json=_said("chat.completion", [choice], usage=USAGE))


def _stream() -> httpx2.Response:
    chunks = [_said("chat.completion.chunk", [{"index": 0, "delta": {"content": piece}}]) for piece in ANSWER]
    chunks.append(_said("chat.completion.chunk", [], usage=USAGE))
    lines = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return httpx2.Response(200, text="".join(lines) + "data: [DONE]\n\n", headers={"content-type": "text/event-stream"})


def _said(kind: str, choices: list[Any], **more: Any) -> dict[str, Any]:
    return {"id": "c", "object": kind, "created": 1, "model": "gpt-4o-mini", "choices": choices, **more}
