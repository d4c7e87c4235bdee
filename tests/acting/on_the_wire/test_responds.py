"""Requests of SDKs that a test answers in place of the network: their own errors and retries follow."""

from __future__ import annotations

import asyncio
from typing import Any

import anthropic
import openai
import pytest

import pytest_traces
from tests.adapters.doubles.wire import ASK, client, whole

LOST = r"closed connection|Connection error"
CHAT = {"id": "1", "object": "chat.completion", "created": 0, "model": "gpt-4o", "choices": []}
MESSAGE = {"id": "1", "type": "message", "role": "assistant", "model": "claude-x", "content": [], "stop_reason": None}
ANSWER = {**CHAT, "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "ok"}}]}


def chat(sdk: Any, **more: Any) -> Any:
    return sdk.chat.completions.create(model="gpt-4o", messages=ASK, **more)


def message(sdk: Any) -> Any:
    return sdk.messages.create(model="claude-x", max_tokens=9, messages=ASK)


def test_the_sdk_retries_by_itself_and_recovers(trace):
    sdk = client(openai.OpenAI, whole(ANSWER))
    trace.on(type="llm").responds(429, times=2, headers={"retry-after-ms": "1"})
    assert chat(sdk).choices[0].message.content == "ok"
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered, [error.type for error in retry.errors]) == (
        3,
        True,
        ["RateLimitError"] * 2,
    )
    assert str(trace) == "llm gpt-4o   ⚡ responds"


async def test_the_async_sdk_retries_by_itself(trace):
    sdk = client(openai.AsyncOpenAI, whole(ANSWER))
    trace.on(type="llm").responds(503, headers={"retry-after-ms": "1"})
    await chat(sdk)
    assert trace.retries[0].recovered


def test_the_sdk_gives_up_with_its_own_error(trace):
    sdk = client(openai.OpenAI, max_retries=1)
    trace.on(model="*gpt-4o").responds(429, times=..., headers={"retry-after-ms": "1"})
    with pytest.raises(openai.RateLimitError) as raised:
        chat(sdk)
    assert raised.value.status_code == 429
    assert trace.retries[0].attempts == 2


def test_an_error_of_anthropic_s_own(trace):
    sdk = client(anthropic.Anthropic, max_retries=0)
    trace.on(type="llm").responds(529, body={"type": "error", "error": {"type": "overloaded_error", "message": "busy"}})
    with pytest.raises(anthropic.APIStatusError, match="overloaded_error"):
        message(sdk)
    assert str(trace).endswith("⚡ responds")


def test_a_whole_answer_on_the_wire(trace):
    sdk = client(anthropic.Anthropic)
    usage = {"input_tokens": 3, "output_tokens": 2}
    trace.on(type="llm").responds(200, body={**MESSAGE, "content": [{"type": "text", "text": "no"}], "usage": usage})
    assert message(sdk).content[0].text == "no"
    assert trace.usage.total_tokens == 5


def test_the_connection_is_lost_after_the_body(trace):
    sdk = client(openai.OpenAI)
    trace.on(type="llm").responds(200, body={"id": "1"}, cut=True)
    heard = []

    def read() -> None:
        with sdk.chat.completions.with_streaming_response.create(model="gpt-4o", messages=ASK) as reply:
            heard.extend(reply.iter_bytes())

    with pytest.raises(Exception, match=LOST):
        read()
    assert b"".join(heard) == b'{"id": "1"}'
    assert trace.one(type="llm").status == "error"


def test_two_calls_at_once_are_told_apart(trace):
    sdk = client(openai.AsyncOpenAI, whole(ANSWER), max_retries=0)
    trace.on(type="llm", input={"messages": [{"role": "user", "content": "b"}]}).responds(500)

    def ask(text: str) -> Any:
        return sdk.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": text}])

    async def both() -> list[Any]:
        return await asyncio.gather(ask("a"), ask("b"), return_exceptions=True)

    first, second = asyncio.run(both())
    assert first.choices[0].message.content == "ok"
    assert isinstance(second, openai.InternalServerError)


@pytest.mark.parametrize(("verb", "given"), [("responds", 500), ("says", "no")])
def test_one_of_two_calls_at_once_is_met_by_luck(verb, given):
    sdk = client(openai.AsyncOpenAI, whole(ANSWER), max_retries=0)

    async def both() -> None:
        await asyncio.gather(chat(sdk), chat(sdk), return_exceptions=True)

    with pytest.raises(pytest_traces.Mismatch) as failed, pytest_traces.record() as trace:  # noqa: PT012
        getattr(trace.on(type="llm"), verb)(given)
        asyncio.run(both())
    assert str(failed.value).splitlines()[0] == (
        f"trace.on(type='llm').{verb}({given!r}) took one of 2 concurrent calls by luck; say which: input=..."
    )


def test_a_call_without_a_request_of_an_sdk_is_refused():
    from pytest_traces.runtime import span

    def program() -> None:
        with span(span_type="llm", name="gpt-4o"):
            pass

    with pytest.raises(pytest_traces.Mismatch) as failed, pytest_traces.record() as trace:  # noqa: PT012
        trace.on(type="llm").responds(429)
        program()
    assert str(failed.value).splitlines()[0] == (
        "trace.on(type='llm').responds(429) can't act on llm 'gpt-4o': no request of an SDK was seen by 'runtime'"
    )


def test_a_response_without_an_error_needs_a_body():
    with pytest.raises(pytest_traces.TracesError) as refused, pytest_traces.record() as trace:
        trace.on(type="llm").responds(200)
    assert str(refused.value) == "responds(200) needs a body: the response of the model"
