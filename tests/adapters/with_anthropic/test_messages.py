import asyncio
from typing import Any

import anthropic
import httpx2
import pytest
from anthropic import Anthropic, AnthropicBedrock, AnthropicVertex, AsyncAnthropic
from pydantic import BaseModel

from pytest_traces import Trace, UsageNotRecorded
from tests.adapters.doubles.wire import ASK, busy, client, events
from tests.adapters.with_anthropic.replies import ANSWER, message, message_events, stream, text, tool_use
from tests.waits import cut_off

ASKED: Any = {"model": "claude-x", "max_tokens": 99, "messages": ASK}


def pieces(trace: Trace) -> list[Any]:
    return [event.chunk for event in trace.events if event.type == "chunk"]


def test_a_message_is_a_model_call_with_what_went_in_and_out(trace: Trace) -> None:
    client(Anthropic, message()).messages.create(system="Be brief.", metadata={"user_id": "u1"}, **ASKED)
    call = trace.one("claude-x", type="llm", status="success")
    assert call.input == {"system": "Be brief.", "messages": ASK}
    assert call.output == "Rain."
    assert call.model == "anthropic/claude-x-1"
    assert call.metadata == {"user_id": "u1"}
    assert call.attributes == {
        "operation": "messages",
        "request": {"max_tokens": 99},
        "response": {"id": "m1", "stop_reason": "end_turn"},
    }
    assert call.source == "anthropic"


def test_tokens_of_the_cache_are_part_of_the_input(trace: Trace) -> None:
    client(Anthropic, message()).messages.create(**ASKED)
    used = trace.usage.by_model["anthropic/claude-x-1"]
    assert (used.input_tokens, used.output_tokens) == (25, 5)
    assert (used.cached_input_tokens, used.cache_creation_input_tokens) == (12, 3)


def test_the_half_of_the_usage_that_a_server_leaves_out_is_unknown(trace: Trace) -> None:
    client(Anthropic, message(usage={"input_tokens": 10})).messages.create(**ASKED)
    assert trace.usage.input_tokens == 10
    with pytest.raises(UsageNotRecorded):
        _ = trace.usage.output_tokens


def test_tools_that_the_model_asks_for_are_its_output(trace: Trace) -> None:
    thought = {"type": "thinking", "thinking": "Where is it?", "signature": "s"}
    blocks = [thought, text("Let me see."), tool_use("geocode", city="Paris")]
    client(Anthropic, message(*blocks)).messages.create(**ASKED)
    assert trace.one().output == {
        "text": "Let me see.",
        "reasoning": "Where is it?",
        "tool_calls": [{"name": "geocode", "arguments": {"city": "Paris"}, "id": "t1"}],
    }


def test_a_parsed_message_is_a_structure(trace: Trace) -> None:
    class Weather(BaseModel):
        city: str

    model = client(Anthropic, message(text('{"city": "Paris"}')))
    assert model.messages.parse(output_format=Weather, **ASKED).parsed_output == Weather(city="Paris")
    assert trace.one().output == {"city": "Paris"}


@pytest.mark.parametrize("kind", ["messages", "beta"])
def test_a_stream_is_folded_when_it_was_read(trace: Trace, kind: str) -> None:
    model = client(Anthropic, stream())
    for _ in (model.beta.messages if kind == "beta" else model.messages).create(stream=True, **ASKED):
        pass
    assert trace.one(status="success").output == "It is 21 degrees in Paris."
    assert pieces(trace) == ANSWER
    assert (trace.usage.input_tokens, trace.usage.output_tokens) == (25, 5)


def test_streamed_calls_of_tools_are_folded(trace: Trace) -> None:
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ('{"city": ', '"Paris"}')]
    for _ in client(Anthropic, stream(*deltas, block=tool_use("geocode"))).messages.create(stream=True, **ASKED):
        pass
    assert trace.one().output == {"tool_calls": [{"name": "geocode", "arguments": {"city": "Paris"}, "id": "t1"}]}
    assert pieces(trace)[0] == {"type": "tool_use", "id": "0", "name": "geocode", "input": ""}


def test_the_helper_sees_what_it_always_saw(trace: Trace) -> None:
    with client(Anthropic, stream()).messages.stream(**ASKED) as events:
        assert list(events.text_stream) == ANSWER
        assert events.get_final_message().usage.output_tokens == 5
    assert trace.one(status="success").output == "It is 21 degrees in Paris."


@pytest.mark.parametrize("at_once", [True, False])
def test_a_stream_that_is_left_early_is_cut_off_and_what_it_used_is_unknown(trace: Trace, at_once: bool) -> None:
    with client(Anthropic, stream(at_once=at_once)).messages.stream(**ASKED) as events:
        for _ in events.text_stream:
            break
    assert trace.one(status="cancelled").output == ANSWER[0]
    assert trace.usage.unreported == ("claude-x",)


async def test_async_streams_are_folded_and_cut_off(trace: Trace) -> None:
    model = client(AsyncAnthropic, stream(at_once=False), stream(at_once=False))
    async with model.messages.stream(**ASKED) as events:
        await events.get_final_message()
    async with model.messages.stream(**ASKED) as events:
        async for _ in events.text_stream:
            break
    assert [(call.status, call.output) for call in trace.llms] == [
        ("success", "It is 21 degrees in Paris."),
        ("cancelled", ANSWER[0]),
    ]


def platform(kind: Any, *replies: Any, **options: Any) -> Any:
    left = iter(replies)
    return kind(http_client=httpx2.Client(transport=httpx2.MockTransport(lambda request: next(left))), **options)


def test_a_call_of_bedrock_is_a_model_call_with_its_attempts(trace: Trace) -> None:
    platform(AnthropicBedrock, busy(), message(), api_key="k", aws_region="us-east-1").messages.create(**ASKED)
    call = trace.one("claude-x", type="llm", status="success")
    assert (call.model, call.output) == ("claude-x-1", "Rain.")
    assert (trace.usage.total_tokens, [retry.attempts for retry in trace.retries]) == (30, [2])


def test_calls_of_vertex_are_model_calls_whole_and_streamed(trace: Trace) -> None:
    where = {"access_token": "t", "project_id": "p", "region": "us-east5"}
    model = platform(AnthropicVertex, message(), stream(), **where)
    model.messages.create(**ASKED)
    list(model.messages.create(stream=True, **ASKED))
    assert [call.output for call in trace.llms] == ["Rain.", "It is 21 degrees in Paris."]
    assert {call.model for call in trace.llms} == {"claude-x-1"}
    assert trace.usage.total_tokens == 60


@pytest.mark.parametrize("read", ["whole", "lines"])
def test_an_error_inside_a_successful_response_is_an_error(trace: Trace, read: str) -> None:
    failed = {"type": "error", "error": {"type": "overloaded_error", "message": "busy"}}
    if read == "whole":
        client(Anthropic, httpx2.Response(200, json=failed)).messages.create(**ASKED)
    else:
        reply = events([*message_events()[:3], failed])
        with client(Anthropic, reply).messages.with_streaming_response.create(stream=True, **ASKED) as response:
            list(response.iter_lines())
    assert str(trace.one("claude-x", status="error").error) == "overloaded_error: busy"


def test_attempts_of_the_sdk_are_attempts_of_one_call(trace: Trace) -> None:
    client(Anthropic, busy(), httpx2.ReadTimeout("too late"), message()).messages.create(**ASKED)
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("claude-x", 3, True)
    assert [error.type for error in retry.errors] == ["RateLimitError", "APITimeoutError"]


def test_a_call_that_is_given_up_is_an_error(trace: Trace) -> None:
    with pytest.raises(anthropic.InternalServerError):
        client(Anthropic, busy(529), max_retries=0).messages.create(**ASKED)
    assert trace.one(status="error").error.type in ("InternalServerError", "OverloadedError")


async def test_a_cancelled_call_is_cancelled(trace: Trace) -> None:
    begun = asyncio.Event()

    async def forever(request: httpx2.Request) -> httpx2.Response:
        begun.set()
        await asyncio.sleep(60)
        raise AssertionError

    model = AsyncAnthropic(api_key="k", http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(forever)))
    with pytest.raises(TimeoutError):
        await cut_off(model.messages.create(**ASKED), begun)
    assert trace.one().status == "cancelled"


def test_counting_tokens_is_no_call_of_a_model(trace: Trace) -> None:
    model = client(Anthropic, httpx2.Response(200, json={"input_tokens": 9}), message())
    model.messages.count_tokens(model="claude-x", messages=ASK)
    model.messages.create(**ASKED)
    assert trace.llms.count == 1


def test_an_answer_of_the_programs_middleware_is_read_too(trace: Trace) -> None:
    told = anthropic.types.Message.model_validate(message().json())
    client(Anthropic, middleware=[lambda request, call_next: told]).messages.create(**ASKED)
    assert trace.one(status="success").output == "Rain."
