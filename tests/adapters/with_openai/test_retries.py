import asyncio

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from pytest_traces import Trace
from tests.adapters.doubles.wire import ASK, busy, client
from tests.adapters.with_openai.replies import chat


def test_attempts_of_the_sdk_are_attempts_of_one_call(trace: Trace) -> None:
    client(OpenAI, busy(), busy(503), chat()).chat.completions.create(model="gpt-4o-mini", messages=ASK)
    [retry] = trace.retries
    assert (retry.name, retry.type, retry.attempts, retry.recovered) == ("gpt-4o-mini", "llm", 3, True)
    assert [str(error) for error in retry.errors] == [
        "RateLimitError: Error code: 429 - slow down",
        "InternalServerError: Error code: 503 - slow down",
    ]
    assert retry.wasted_ms > 0
    assert trace.status == "warning"
    assert trace.llms.count == 1


async def test_attempts_of_an_async_client_too(trace: Trace) -> None:
    model = client(AsyncOpenAI, busy(), chat())
    await model.chat.completions.create(model="gpt-4o-mini", messages=ASK)
    assert [retry.attempts for retry in trace.retries] == [2]


def test_a_call_that_is_given_up_is_an_error(trace: Trace) -> None:
    model = client(OpenAI, busy(), busy(), max_retries=1)
    with pytest.raises(openai.RateLimitError):
        model.chat.completions.create(model="gpt-4o-mini", messages=ASK)
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered) == (2, False)
    assert trace.one().status == "error"


def test_timeouts_and_lost_connections_are_attempts(trace: Trace) -> None:
    model = client(OpenAI, httpx2.ReadTimeout("too late"), httpx2.ConnectError("no route"), chat())
    model.chat.completions.create(model="gpt-4o-mini", messages=ASK)
    assert [str(error) for error in trace.retries[0].errors] == [
        "APITimeoutError: too late",
        "APIConnectionError: no route",
    ]


def test_attempts_of_calls_side_by_side_are_kept_apart(trace: Trace) -> None:
    async def both() -> None:
        calm, hasty = client(AsyncOpenAI, chat()), client(AsyncOpenAI, busy(), chat())
        await asyncio.gather(*(one.chat.completions.create(model="gpt-4o-mini", messages=ASK) for one in (calm, hasty)))

    asyncio.run(both())
    assert sorted(len([event for event in call.events if event.type == "retry"]) for call in trace.llms) == [0, 1]
