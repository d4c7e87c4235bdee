import asyncio
import gc
import weakref
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncAzureOpenAI, AsyncOpenAI, OpenAI
from pydantic import BaseModel

from pytest_traces import Trace, UsageNotRecorded
from tests.adapters.doubles.wire import ASK, busy, client, whole
from tests.adapters.with_openai.replies import USAGE, chat, chunks, function
from tests.waits import cut_off

TOOLS: Any = [{"type": "function", "function": {"name": "geocode", "parameters": {}}}]


def ask(model: Any, **options: Any) -> Any:
    return model.chat.completions.create(model="gpt-4o-mini", messages=ASK, **options)


module_level = client(OpenAI, *(chat() for _ in range(2)))


def test_a_chat_is_a_model_call_with_what_went_in_and_out(trace: Trace) -> None:
    ask(client(OpenAI, chat()), tools=TOOLS, temperature=0.1, metadata={"team": "weather"})
    call = trace.one("gpt-4o-mini", type="llm", status="success")
    assert call.input == {"messages": ASK, "tools": TOOLS}
    assert call.output == "Rain."
    assert call.model == "openai/gpt-4o-mini-2024"
    assert call.metadata == {"team": "weather"}
    assert call.attributes == {
        "operation": "chat.completions",
        "request": {"temperature": 0.1},
        "response": {"id": "c1", "finish_reason": "stop"},
    }
    assert call.source == "openai"


def test_cached_and_reasoning_tokens_are_parts_of_what_was_used(trace: Trace) -> None:
    ask(client(OpenAI, chat()))
    used = trace.usage.by_model["openai/gpt-4o-mini-2024"]
    assert (used.input_tokens, used.output_tokens) == (25, 5)
    assert (used.cached_input_tokens, used.reasoning_tokens, used.requests) == (10, 2, 1)


def test_usage_that_a_server_does_not_tell_is_unknown(trace: Trace) -> None:
    ask(client(OpenAI, chat(usage=None)))
    with pytest.raises(UsageNotRecorded, match="1 model call reported no usage: 'gpt-4o-mini'"):
        _ = trace.usage.total_tokens


@pytest.mark.parametrize("half", [{"prompt_tokens": 25}, {"prompt_tokens": 25, "completion_tokens": None}])
@pytest.mark.parametrize("reply", [chat, chunks])
def test_the_half_of_the_usage_that_a_server_leaves_out_is_unknown(trace: Trace, reply: Any, half: Any) -> None:
    list(ask(client(OpenAI, reply(usage=half)), stream=reply is chunks))
    assert trace.usage.input_tokens == 25
    with pytest.raises(UsageNotRecorded):
        _ = trace.usage.output_tokens


def test_a_model_that_used_nothing_is_not_unknown(trace: Trace) -> None:
    ask(client(OpenAI, chat(usage={"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0})))
    assert trace.usage.total_tokens == 0


def test_tools_that_the_model_asks_for_are_its_output(trace: Trace) -> None:
    ask(client(OpenAI, chat(None, function("geocode", city="Paris"), function("get_time", "c2", city="Paris"))))
    assert trace.one().output == {
        "tool_calls": [
            {"name": "geocode", "arguments": {"city": "Paris"}, "id": "c1"},
            {"name": "get_time", "arguments": {"city": "Paris"}, "id": "c2"},
        ]
    }


def test_arguments_that_are_no_json_stay_text(trace: Trace) -> None:
    broken = {"id": "c1", "type": "function", "function": {"name": "geocode", "arguments": '{"city'}}
    ask(client(OpenAI, chat("Let me see.", broken)))
    assert trace.one().output == {
        "text": "Let me see.",
        "tool_calls": [{"name": "geocode", "arguments": '{"city', "id": "c1"}],
    }


@pytest.mark.parametrize("word", ["reasoning_content", "reasoning"])
def test_reasoning_of_compatible_servers_is_told(trace: Trace, word: str) -> None:
    ask(client(OpenAI, chat("Rain.", **{word: "Clouds, so rain."})))
    assert trace.one().output == {"text": "Rain.", "reasoning": "Clouds, so rain."}


def test_a_refusal_is_told(trace: Trace) -> None:
    ask(client(OpenAI, chat(None, refusal="I won't.")))
    assert trace.one().output == {"refusal": "I won't."}


def test_a_parsed_answer_is_a_structure(trace: Trace) -> None:
    class Weather(BaseModel):
        city: str

    model = client(OpenAI, chat('{"city": "Paris"}'))
    answer = model.chat.completions.parse(model="gpt-4o-mini", messages=ASK, response_format=Weather)
    assert answer.choices[0].message.parsed == Weather(city="Paris")
    assert trace.one().output == {"city": "Paris"}


@pytest.mark.parametrize(("said", "error"), [("{}", "ValidationError"), (None, "LengthFinishReasonError")])
def test_an_answer_that_is_refused_when_it_is_parsed_is_an_error_and_has_used_its_tokens(
    trace: Trace, said: Any, error: str
) -> None:
    class Weather(BaseModel):
        city: str

    cut = {"model": "gpt", "choices": [{"message": {"content": '{"c'}, "finish_reason": "length"}], "usage": USAGE}
    model = client(OpenAI, chat(said) if said else whole(cut))
    with pytest.raises((ValueError, openai.LengthFinishReasonError)):
        model.chat.completions.parse(model="gpt-4o-mini", messages=ASK, response_format=Weather)
    call = trace.one(status="error")
    assert (call.error.type, call.output) == (error, {} if said else '{"c')
    assert trace.usage.total_tokens == 30


def test_a_raw_response_is_read_beside_the_program(trace: Trace) -> None:
    raw = client(OpenAI, chat()).chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=ASK)
    assert trace.one(status="success").output == "Rain."
    assert raw.parse().choices[0].message.content == "Rain."


def test_an_answer_that_is_no_json_is_the_output(trace: Trace) -> None:
    ask(client(OpenAI, httpx2.Response(200, text="<html>", headers={"content-type": "text/html"})))
    assert trace.one(status="success").output == "<html>"


@pytest.mark.parametrize("test", ["first", "second"])
def test_a_client_of_the_module_is_recorded_in_every_test(trace: Trace, test: str) -> None:
    ask(module_level)
    assert trace.llms.count == 1


async def test_azure_and_async_clients_are_recorded(trace: Trace) -> None:
    azure = client(AsyncAzureOpenAI, chat(), api_version="1", azure_endpoint="https://me.openai.azure.com")
    await azure.chat.completions.create(model="my-deployment", messages=ASK)
    assert trace.one("my-deployment").model == "gpt-4o-mini-2024"


def test_a_compatible_server_has_models_of_its_own(trace: Trace) -> None:
    ask(client(OpenAI, chat(), base_url="http://localhost:8000/v1"))
    assert trace.one().model == "gpt-4o-mini-2024"


async def test_a_cancelled_call_is_cancelled(trace: Trace) -> None:
    begun = asyncio.Event()

    async def forever(request: httpx2.Request) -> httpx2.Response:
        begun.set()
        await asyncio.sleep(60)
        raise AssertionError

    model = AsyncOpenAI(api_key="k", http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(forever)))
    with pytest.raises(TimeoutError):
        await cut_off(ask(model), begun)
    assert trace.one().status == "cancelled"


async def test_calls_that_were_gathered_are_side_by_side(trace: Trace) -> None:
    model = client(AsyncOpenAI, chat(), chat())
    await asyncio.gather(ask(model), ask(model))
    assert str(trace).count("∥ llm gpt-4o-mini") == 2


def test_other_requests_are_none_of_a_model(trace: Trace) -> None:
    model = client(OpenAI, whole({"object": "list", "data": []}), chat())
    model.models.list()
    ask(model)
    assert trace.spans.names == ["gpt-4o-mini"]


def test_a_wrong_request_fails_as_ever(trace: Trace) -> None:
    with pytest.raises(openai.BadRequestError):
        ask(client(OpenAI, busy(400)))
    call = trace.one(status="error")
    assert str(call.error) == "BadRequestError: Error code: 400 - slow down"
    assert not trace.retries


def test_responses_are_let_go(trace: Trace) -> None:
    raw = client(OpenAI, chat()).chat.completions.with_raw_response.create(model="gpt-4o-mini", messages=ASK)
    response = weakref.ref(raw.http_response)
    del raw
    gc.collect()
    assert response() is None
    assert trace.usage.total_tokens == USAGE["total_tokens"]


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
