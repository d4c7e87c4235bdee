"""SDKs of the same generator, on whichever of the two HTTP libraries: httpx or httpx2."""

import json
from importlib import import_module
from typing import Any

import pytest

from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.doubles.wire import ASK

CHUNK = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "llama"}
PIECE = {**CHUNK, "choices": [{"index": 0, "delta": {"content": "It is "}}]}
LOST = r"closed connection|Connection error"
"""How an SDK tells it, or its HTTP library."""
BUSY = {"retry-after-ms": "1", "retry-after": "0.001"}


@pytest.fixture(params=["openai.OpenAI", "groq.Groq", "together.Together"])
def sdk(request: pytest.FixtureRequest) -> Any:
    """A client whose network must not be reached: CI installs the siblings with the oldest versions."""
    module, _, kind = request.param.partition(".")
    return getattr(pytest.importorskip(module), kind)(api_key="k", base_url="http://localhost:1/v1")


@pytest.fixture
def asynchronous(sdk: Any) -> Any:
    """The async client of the same SDK."""
    kind = getattr(import_module(type(sdk).__module__.partition(".")[0]), f"Async{type(sdk).__name__}")
    return kind(api_key="k", base_url="http://localhost:1/v1")


def chat(sdk: Any, **how: Any) -> Any:
    return sdk.chat.completions.create(model="llama", messages=ASK, **how)


def errors_of(sdk: Any) -> Any:
    return import_module(type(sdk).__module__.partition(".")[0])


def test_the_sdk_retries_by_itself_and_then_gets_the_answer(trace: TraceFixture, sdk: Any) -> None:
    trace.on(type="llm").responds(429, times=2, headers=BUSY)
    trace.on(type="llm").says("Rain.")
    assert chat(sdk).choices[0].message.content == "Rain."
    [retry] = trace.retries
    assert [error.type for error in retry.errors] == ["RateLimitError"] * 2
    assert trace.one().acted == "responds, says"


def test_the_sdk_gives_up_with_an_error_of_its_own(trace: TraceFixture, sdk: Any) -> None:
    trace.on(type="llm").responds(400, body={"error": {"message": "too long"}})
    with pytest.raises(errors_of(sdk).BadRequestError, match="too long"):
        chat(sdk)
    assert trace.one(status="error").acted == "responds"


def test_a_stream_says_it_in_pieces(trace: TraceFixture, sdk: Any) -> None:
    trace.on(type="llm").says("It is 21 degrees.")
    rows = list(chat(sdk, stream=True))
    assert "".join(row.choices[0].delta.content or "" for row in rows) == "It is 21 degrees."
    assert trace.one(status="success").output == "It is 21 degrees."


async def test_an_async_stream_calls_a_tool(trace: TraceFixture, asynchronous: Any) -> None:
    trace.on(type="llm").calls("geocode", {"city": 5})
    rows = [row async for row in await chat(asynchronous, stream=True)]
    asked = [call.function for row in rows for call in row.choices[0].delta.tool_calls or ()]
    assert asked[0].name == "geocode"
    assert json.loads("".join(one.arguments for one in asked)) == {"city": 5}
    assert trace.one(status="success").acted == "calls"


def test_a_stream_is_cut_in_the_middle(trace: TraceFixture, sdk: Any) -> None:
    trace.on(type="llm").responds(200, body=f"data: {json.dumps(PIECE)}\n\n", cut=True)
    with pytest.raises(Exception, match=LOST) as lost:
        list(chat(sdk, stream=True))
    call = trace.one(type="llm")
    assert (call.status, call.error.type) == ("error", type(lost.value).__name__)
    assert [event.chunk for event in call.events if event.type == "chunk"] == ["It is "]


async def test_an_async_stream_is_cut_in_the_middle(trace: TraceFixture, asynchronous: Any) -> None:
    trace.on(type="llm").responds(200, body=f"data: {json.dumps(PIECE)}\n\n", cut=True)
    with pytest.raises(Exception, match=LOST):
        _ = [row async for row in await chat(asynchronous, stream=True)]
    assert trace.one(type="llm").status == "error"


def test_a_whole_answer_is_cut_in_the_middle(trace: TraceFixture, sdk: Any) -> None:
    trace.without_waiting()
    trace.on(type="llm").responds(200, body={"id": "1"}, cut=True, times=...)
    with pytest.raises(Exception, match=LOST):
        chat(sdk)
    assert trace.one(type="llm").status == "error"
