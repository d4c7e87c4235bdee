import asyncio
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from pytest_traces import Trace
from tests.adapters.doubles.wire import ASK, client, events, unread
from tests.adapters.with_openai.replies import ANSWER, USAGE, chat, chunks

ASKED = {"model": "gpt-4o-mini", "messages": ASK}
TOOL_CALL = [
    {"tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": {"name": "geocode", "arguments": ""}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": '{"city": '}}]},
    {"tool_calls": [{"index": 0, "function": {"arguments": '"Paris"}'}}]},
]


def pieces(trace: Trace) -> list[Any]:
    return [event.chunk for event in trace.events if event.type == "chunk"]


def test_a_stream_is_folded_when_it_was_read(trace: Trace) -> None:
    for _ in client(OpenAI, chunks()).chat.completions.create(stream=True, **ASKED):
        pass
    call = trace.one(status="success")
    assert call.output == "It is 21 degrees in Paris."
    assert pieces(trace) == ANSWER
    assert trace.usage.total_tokens == USAGE["total_tokens"]
    trace.assert_streams_ended()


async def test_an_async_stream_too(trace: Trace) -> None:
    async for _ in await client(AsyncOpenAI, chunks(at_once=False)).chat.completions.create(stream=True, **ASKED):
        pass
    assert trace.one(status="success").output == "It is 21 degrees in Paris."
    assert pieces(trace) == ANSWER


def test_while_a_stream_is_read_its_span_runs(trace: Trace) -> None:
    stream = client(OpenAI, chunks()).chat.completions.create(stream=True, **ASKED)
    assert next(stream).choices[0].delta.content == ANSWER[0]
    assert trace.one().status == "running"
    assert len(list(stream)) == 4
    assert trace.one().status == "success"


def test_streamed_calls_of_tools_are_folded(trace: Trace) -> None:
    for _ in client(OpenAI, chunks(*TOOL_CALL)).chat.completions.create(stream=True, **ASKED):
        pass
    assert trace.one().output == {"tool_calls": [{"name": "geocode", "arguments": {"city": "Paris"}, "id": "c1"}]}
    assert pieces(trace)[0] == {"type": "tool_use", "id": "0", "name": "geocode", "input": ""}


def test_a_stream_without_usage_has_used_an_unknown_number(trace: Trace) -> None:
    for _ in client(OpenAI, chunks(usage=None)).chat.completions.create(stream=True, **ASKED):
        pass
    assert trace.usage.unreported == ("gpt-4o-mini",)


def left_by_break(model: Any) -> None:
    for _ in model.chat.completions.create(stream=True, **ASKED):
        break


def left_by_close(model: Any) -> None:
    stream = model.chat.completions.create(stream=True, **ASKED)
    next(stream)
    stream.close()
    left.append(stream)


def left_by_with(model: Any) -> None:
    with model.chat.completions.create(stream=True, **ASKED) as stream:
        next(stream)
    left.append(stream)


def left_by_helper(model: Any) -> None:
    with model.chat.completions.stream(**ASKED) as stream:
        next(stream)
    left.append(stream)


def left_as_raw_stream(model: Any) -> None:
    raw = model.chat.completions.with_raw_response.create(stream=True, **ASKED)
    with raw.parse() as stream:
        next(stream)
    left.append(stream)


left: list[Any] = []
"""Streams that are not collected as garbage: what ends a span is that the program left the stream."""


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("leave", [left_by_break, left_by_close, left_by_with, left_by_helper, left_as_raw_stream])
def test_a_stream_that_is_left_early_is_cut_off(trace: Trace, leave: Any, at_once: bool) -> None:
    leave(client(OpenAI, chunks(at_once=at_once)))
    assert trace.one(status="cancelled").output == ANSWER[0]
    assert trace.usage.unreported == ("gpt-4o-mini",)
    with pytest.raises(AssertionError, match="expected every stream to be read to its end"):
        trace.assert_streams_ended()


async def test_an_async_stream_that_is_left_early_is_cut_off(trace: Trace) -> None:
    model = client(AsyncOpenAI, chunks(), chunks(at_once=False))

    async def leave() -> None:
        async for _ in await model.chat.completions.create(stream=True, **ASKED):
            break
        async with model.chat.completions.stream(**ASKED) as stream:
            async for _ in stream:
                break

    await leave()
    for _ in range(9):  # the loop closes generators that were left, one after the other
        await asyncio.sleep(0)
    assert [call.status for call in trace.llms] == ["cancelled", "cancelled"]


def test_a_stream_that_is_left_after_its_last_word_is_over(trace: Trace) -> None:
    with client(OpenAI, chunks()).chat.completions.create(stream=True, **ASKED) as stream:
        for chunk in stream:
            if chunk.choices[0].finish_reason:
                break
    assert trace.one(status="success").output == "It is 21 degrees in Paris."


def test_a_stream_that_breaks_off_is_an_error(trace: Trace) -> None:
    failing = events([{"choices": [{"index": 0, "delta": {"content": "It "}}]}, {"error": {"message": "overloaded"}}])
    with pytest.raises(openai.APIError):
        list(client(OpenAI, failing).chat.completions.create(stream=True, **ASKED))
    call = trace.one(status="error")
    assert str(call.error) == "APIError: overloaded"
    assert call.output == "It "


def test_the_helper_sees_what_it_always_saw(trace: Trace) -> None:
    with client(OpenAI, chunks()).chat.completions.stream(**ASKED) as stream:
        answer = stream.get_final_completion()
    assert answer.choices[0].message.content == "It is 21 degrees in Paris."
    assert trace.one(status="success").output == "It is 21 degrees in Paris."


@pytest.mark.parametrize("read", ["iter_lines", "iter_text", "iter_bytes"])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_stream_that_the_program_reads_itself_is_folded(trace: Trace, read: str, at_once: bool) -> None:
    streaming = client(OpenAI, chunks(at_once=at_once)).chat.completions.with_streaming_response
    with streaming.create(stream=True, **ASKED) as response:
        for _ in getattr(response, read)():
            pass
    assert trace.one(status="success").output == "It is 21 degrees in Paris."
    assert pieces(trace) == ANSWER


@pytest.mark.parametrize("read", ["iter_lines", "iter_text", "iter_bytes"])
def test_the_output_of_a_stream_that_is_left_is_what_the_program_read(trace: Trace, read: str) -> None:
    streaming = client(OpenAI, chunks(at_once=False)).chat.completions.with_streaming_response
    with streaming.create(stream=True, **ASKED) as response:
        for piece in getattr(response, read)():
            if ANSWER[1] in str(piece):
                break
    assert trace.one(status="cancelled").output == ANSWER[0] + ANSWER[1]


@pytest.mark.parametrize("read", ["parse", "read", "json", "text"])
def test_a_response_that_is_read_late_ends_then(trace: Trace, read: str) -> None:
    with client(OpenAI, unread(chat())).chat.completions.with_streaming_response.create(**ASKED) as response:
        assert trace.one().status == "running"
        getattr(response, read)()
        assert trace.one(status="success").output == "Rain."


async def test_an_async_response_that_is_read_late_ends_then(trace: Trace) -> None:
    model = client(AsyncOpenAI, unread(chat()), chunks(at_once=False))
    streaming = model.chat.completions.with_streaming_response
    async with streaming.create(**ASKED) as response:
        await response.parse()
    async with streaming.create(stream=True, **ASKED) as response:
        async for _ in response.iter_lines():
            pass
    assert [(call.status, call.output) for call in trace.llms] == [
        ("success", "Rain."),
        ("success", "It is 21 degrees in Paris."),
    ]


def test_a_response_that_was_never_read_is_cut_off(trace: Trace) -> None:
    with client(OpenAI, chunks(at_once=False)).chat.completions.with_streaming_response.create(stream=True, **ASKED):
        pass
    assert (trace.one().status, trace.one().output) == ("cancelled", None)
