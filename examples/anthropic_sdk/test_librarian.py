"""An agent on the raw Anthropic SDK: streamed answers, a tool that fails once, tokens of the cache."""

import asyncio
import json

import httpx2
import pytest
from anthropic import AsyncAnthropic
from librarian import serve

USAGE = {"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 1}


def streams(block, *deltas):
    """Stream a message of one block."""
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-5", "content": []}
    told = [
        {"type": "message_start", "message": {**message, "usage": USAGE}},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 20}},
        {"type": "message_stop"},
    ]
    text = "".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in told)
    return httpx2.Response(200, text=text, headers={"content-type": "text/event-stream"})


def calls(name, **arguments):
    block = {"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": {}}
    return streams(block, {"type": "input_json_delta", "partial_json": json.dumps(arguments)})


def says(*pieces):
    return streams({"type": "text", "text": ""}, *({"type": "text_delta", "text": piece} for piece in pieces))


@pytest.fixture
def answer(trace):
    """Serve a reader; the model searches twice because the catalogue is offline at first."""
    trace.record_calls("librarian:Library.*")
    trace.record_calls("librarian:serve", type="agent")
    search = [calls("search", title="Emma") for _ in range(2)]
    replies = iter([*search, calls("lend", shelf="B-714", reader="Ada"), says("Here ", "you are.")])
    transport = httpx2.MockTransport(lambda request: next(replies))
    client = AsyncAnthropic(api_key="k", http_client=httpx2.AsyncClient(transport=transport))
    return asyncio.run(serve("May I have Emma?", client))


def test_it_searches_again_and_lends_what_it_found(trace, answer):
    assert answer == "Here you are."
    trace.assert_sequence("search", "search", "lend")
    trace.assert_received("lend", output_of="search")
    assert trace.retries[0].recovered
    assert (trace.usage.cached_input_tokens, trace.usage.input_tokens) == (360, 400)
    trace.assert_span_tree()
