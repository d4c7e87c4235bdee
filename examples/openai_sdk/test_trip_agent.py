"""An agent on the raw OpenAI SDK: the test names its tools, and its client gets scripted replies."""

import asyncio
import json

import httpx2
import pytest
from openai import AsyncOpenAI
from trip_agent import plan, tell

USAGE = {"prompt_tokens": 40, "completion_tokens": 10}
ABOUT = {"id": "c1", "created": 1, "model": "gpt-4o-mini-2024-07-18"}
BUSY = httpx2.Response(429, json={"error": {"message": "slow down"}}, headers={"retry-after-ms": "1"})


def says(text=None, **calls):
    tools = [
        {"id": f"call_{name}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
        for name, arguments in calls.items()
    ]
    message = {"role": "assistant", "content": text, "tool_calls": tools or None}
    choice = {"index": 0, "finish_reason": "tool_calls" if calls else "stop", "message": message}
    return httpx2.Response(200, json={**ABOUT, "object": "chat.completion", "choices": [choice], "usage": USAGE})


def streams(*pieces):
    rows = [*({"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces), {"usage": USAGE}]
    told = [json.dumps({**ABOUT, "object": "chat.completion.chunk", "choices": [], **row}) for row in rows]
    text = "".join(f"data: {one}\n\n" for one in (*told, "[DONE]"))
    return httpx2.Response(200, text=text, headers={"content-type": "text/event-stream"})


def model(*replies):
    left = iter(replies)
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(lambda request: next(left)))
    return AsyncOpenAI(api_key="k", http_client=http)


@pytest.fixture(autouse=True)
def functions(trace):
    trace.record_calls("trip_agent:get_weather", "trip_agent:find_*")
    trace.record_calls("trip_agent:plan", type="agent")


def test_it_looks_at_weather_and_trains_side_by_side(trace):
    client = model(BUSY, says(get_weather={"city": "Brest"}, find_trains={"city": "Brest"}), says("Take the 10:12."))
    assert asyncio.run(plan("To Brest?", client)) == "Take the 10:12."
    trace.assert_parallel("get_weather", "find_trains")
    trace.assert_fed_back("find_trains")
    assert [(retry.name, retry.attempts) for retry in trace.retries] == [("gpt-4o-mini", 2)]
    trace.assert_span_tree()
    trace.assert_usage()


@pytest.mark.asyncio
async def test_it_tells_while_it_reads(trace):
    pieces = [piece async for piece in tell("To Brest?", model(streams("Take the ", "10:12.")))]
    assert "".join(filter(None, pieces)) == "Take the 10:12."
    assert trace.one("gpt-4o-mini").output == "Take the 10:12."
    trace.assert_streams_ended()
