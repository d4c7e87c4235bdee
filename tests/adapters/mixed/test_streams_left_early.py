"""Every way to open a stream of an SDK, and every way to leave it before its end: the call is cancelled, not lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, ExitStack, suppress
from typing import Any, NamedTuple

import pytest
from anthropic import Anthropic, AsyncAnthropic
from openai import AsyncOpenAI, OpenAI

from pytest_traces import Trace
from tests.adapters.doubles.wire import ASK, client, events
from tests.adapters.with_anthropic.replies import stream
from tests.adapters.with_openai.replies import ANSWER, chunks, response_events


class Endpoint(NamedTuple):
    """An endpoint of an SDK that streams."""

    sdks: tuple[type, type]
    resource: Callable[[Any], Any]
    reply: Callable[[], Any]
    asked: dict[str, Any]


MESSAGES = {"model": "m", "messages": ASK}
ENDPOINTS = {
    "chat": Endpoint(
        (OpenAI, AsyncOpenAI), lambda model: model.chat.completions, lambda: chunks(at_once=False), MESSAGES
    ),
    "responses": Endpoint(
        (OpenAI, AsyncOpenAI),
        lambda model: model.responses,
        lambda: events(response_events(), at_once=False),
        {"model": "m", "input": ASK},
    ),
    "messages": Endpoint(
        (Anthropic, AsyncAnthropic),
        lambda model: model.messages,
        lambda: stream(at_once=False),
        {**MESSAGES, "max_tokens": 9},
    ),
    "beta messages": Endpoint(
        (Anthropic, AsyncAnthropic),
        lambda model: model.beta.messages,
        lambda: stream(at_once=False),
        {**MESSAGES, "max_tokens": 9},
    ),
}
OPENED = ["create", "with_raw_response", "with_streaming_response", "stream"]


class Interrupted(Exception):
    """What a program raises while it reads."""


def is_text(event: Any) -> bool:
    return getattr(event, "type", None) in (None, "chunk", "response.output_text.delta", "content_block_delta")


def opened(endpoint: Endpoint, how: str, block: ExitStack) -> Any:
    resource = endpoint.resource(client(endpoint.sdks[0], endpoint.reply()))
    if how == "create":
        return resource.create(stream=True, **endpoint.asked)
    if how == "with_raw_response":
        return resource.with_raw_response.create(stream=True, **endpoint.asked).parse()
    if how == "with_streaming_response":
        return block.enter_context(resource.with_streaming_response.create(stream=True, **endpoint.asked)).parse()
    return block.enter_context(resource.stream(**endpoint.asked))


async def opened_later(endpoint: Endpoint, how: str, block: AsyncExitStack) -> Any:
    resource = endpoint.resource(client(endpoint.sdks[1], endpoint.reply()))
    if how == "create":
        return await resource.create(stream=True, **endpoint.asked)
    if how == "with_raw_response":
        parsed = (await resource.with_raw_response.create(stream=True, **endpoint.asked)).parse()
        return await parsed if asyncio.iscoroutine(parsed) else parsed
    if how == "with_streaming_response":
        asked = resource.with_streaming_response.create(stream=True, **endpoint.asked)
        return await (await block.enter_async_context(asked)).parse()
    return await block.enter_async_context(resource.stream(**endpoint.asked))


def left(endpoint: Endpoint, how: str, leave: str) -> Any:
    """Read a stream up to its first word; return it, so that garbage collection is not what ends it."""
    with ExitStack() as block:
        stream = opened(endpoint, how, block)
        for event in stream:
            if is_text(event):
                if leave == "exception":
                    raise Interrupted
                break
        if leave == "close":
            stream.close()
        return stream if leave == "close" else None


async def left_later(endpoint: Endpoint, how: str, leave: str, reading: asyncio.Event) -> Any:
    async with AsyncExitStack() as block:
        stream = await opened_later(endpoint, how, block)
        async for event in stream:
            if is_text(event):
                if leave == "exception":
                    raise Interrupted
                if leave == "cancel":
                    reading.set()
                    await asyncio.Event().wait()
                break
        if leave == "close":
            await stream.close()
        return stream if leave == "close" else None


@pytest.mark.parametrize("leave", ["break", "exception", "close"])
@pytest.mark.parametrize("how", OPENED)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_stream_that_is_left_early_is_cancelled(trace: Trace, endpoint: str, how: str, leave: str) -> None:
    with suppress(Interrupted):
        kept = left(ENDPOINTS[endpoint], how, leave)
        assert (kept is None) == (leave != "close")
    assert (trace.one().status, trace.one().output) == ("cancelled", ANSWER[0])
    assert trace.usage.unreported == ("m",)


@pytest.mark.parametrize("leave", ["break", "exception", "close", "cancel"])
@pytest.mark.parametrize("how", OPENED)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_an_async_stream_that_is_left_early_is_cancelled(trace: Trace, endpoint: str, how: str, leave: str) -> None:
    async def main() -> Any:
        reading = asyncio.Event()
        task = asyncio.ensure_future(left_later(ENDPOINTS[endpoint], how, leave, reading))
        if leave == "cancel":
            await reading.wait()
            task.cancel()
        await asyncio.wait([task])
        return None if leave != "close" else task.result()

    kept = asyncio.run(main())  # it closes the async generators that were left
    assert (kept is None) == (leave != "close")
    assert (trace.one().status, trace.one().output) == ("cancelled", ANSWER[0])
    assert trace.usage.unreported == ("m",)
