"""What a test lets a model say or call reaches the program in the SDK's own types, whichever way it asks."""

import json
from collections.abc import Callable
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, AzureOpenAI, OpenAI
from pydantic import BaseModel

import pytest_traces
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.doubles.wire import ASK, client, whole
from tests.adapters.with_openai.replies import chat, chunks, function, message, response

MODEL = "gpt-4o-mini-2024"
CHAT: Any = {"model": MODEL, "messages": ASK}
ASKED: Any = {"model": MODEL, "input": "Weather in Paris?"}
TEXT = "It is 21 degrees in Paris."
CALL = {"name": "geocode", "arguments": {"city": 5}, "id": "call_of_the_test"}


class Weather(BaseModel):
    temp: int


def streamed_chat(sdk: OpenAI) -> str:
    rows = sdk.chat.completions.create(stream=True, **CHAT)
    return "".join(row.choices[0].delta.content or "" for row in rows)


def chat_helper(sdk: OpenAI) -> str:
    with sdk.chat.completions.stream(**CHAT) as stream:
        return str(stream.get_final_completion().choices[0].message.content)


def read_chat(sdk: OpenAI) -> str:
    with sdk.chat.completions.with_streaming_response.create(**CHAT) as reply:
        return str(reply.parse().choices[0].message.content)


def streamed_completion(sdk: OpenAI) -> str:
    return "".join(row.choices[0].text for row in sdk.completions.create(model=MODEL, prompt="hi", stream=True))


def streamed_response(sdk: OpenAI) -> str:
    rows = sdk.responses.create(stream=True, **ASKED)
    return "".join(row.delta for row in rows if row.type == "response.output_text.delta")


def response_helper(sdk: OpenAI) -> str:
    with sdk.responses.stream(**ASKED) as stream:
        return stream.get_final_response().output_text


SAYING: dict[str, Callable[[OpenAI], Any]] = {
    "chat": lambda sdk: sdk.chat.completions.create(**CHAT).choices[0].message.content,
    "chat of two choices": lambda sdk: sdk.chat.completions.create(n=2, **CHAT).choices[1].message.content,
    "chat, streamed": streamed_chat,
    "chat, stream()": chat_helper,
    "chat, with_raw_response": lambda sdk: (
        sdk.chat.completions.with_raw_response.create(**CHAT).parse().choices[0].message.content
    ),
    "chat, with_streaming_response": read_chat,
    "completions": lambda sdk: sdk.completions.create(model=MODEL, prompt="hi").choices[0].text,
    "completions, streamed": streamed_completion,
    "responses": lambda sdk: sdk.responses.create(**ASKED).output_text,
    "responses, streamed": streamed_response,
    "responses, stream()": response_helper,
    "responses, with_raw_response": lambda sdk: sdk.responses.with_raw_response.create(**ASKED).parse().output_text,
}


@pytest.mark.parametrize("way", SAYING)
def test_a_text_reaches_the_program_whichever_way_it_asks(trace: TraceFixture, way: str) -> None:
    trace.on(type="llm").says(TEXT, times=...)
    assert SAYING[way](client(OpenAI)) == TEXT
    [call] = trace.llms
    assert (call.acted, call.status) == ("says", "success")
    assert call.output == TEXT or call.output == [TEXT, TEXT]


async def test_an_async_client_gets_it_too(trace: TraceFixture) -> None:
    trace.on(type="llm").says(TEXT, times=...)
    sdk = client(AsyncOpenAI)
    assert (await sdk.chat.completions.create(**CHAT)).choices[0].message.content == TEXT
    async with sdk.chat.completions.stream(**CHAT) as stream:
        assert (await stream.get_final_completion()).choices[0].message.content == TEXT
    async with sdk.responses.with_streaming_response.create(**ASKED) as reply:
        assert (await reply.parse()).output_text == TEXT
    assert [call.acted for call in trace.llms] == ["says"] * 3


def test_an_answer_as_json_is_parsed_into_the_program_s_class(trace: TraceFixture) -> None:
    trace.on(type="llm").says('{"temp": 21}', times=...)
    sdk = client(OpenAI)
    assert sdk.chat.completions.parse(response_format=Weather, **CHAT).choices[0].message.parsed == Weather(temp=21)
    assert sdk.responses.parse(text_format=Weather, **ASKED).output_parsed == Weather(temp=21)
    with sdk.chat.completions.stream(response_format=Weather, **CHAT) as stream:
        assert stream.get_final_completion().choices[0].message.parsed == Weather(temp=21)
    with sdk.responses.stream(text_format=Weather, **ASKED) as events:
        assert events.get_final_response().output_parsed == Weather(temp=21)
    assert [call.output for call in trace.llms] == [{"temp": 21}] * 4


def test_an_answer_that_does_not_fit_the_class_fails_as_one_of_the_model(trace: TraceFixture) -> None:
    trace.on(type="llm").says("warm")
    with pytest.raises(ValueError, match="Invalid JSON"):
        client(OpenAI).chat.completions.parse(response_format=Weather, **CHAT)


def asked_in_chat(sdk: OpenAI, *, streamed: bool) -> Any:
    if not streamed:
        return sdk.chat.completions.create(**CHAT).choices[0].message.tool_calls[0].function
    with sdk.chat.completions.stream(**CHAT) as stream:
        return stream.get_final_completion().choices[0].message.tool_calls[0].function


def asked_in_response(sdk: OpenAI, *, streamed: bool) -> Any:
    if not streamed:
        return sdk.responses.create(**ASKED).output[0]
    with sdk.responses.stream(**ASKED) as stream:
        return stream.get_final_response().output[0]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("asked_in", [asked_in_chat, asked_in_response])
def test_a_call_of_a_tool_reaches_the_program(trace: TraceFixture, asked_in: Any, streamed: bool) -> None:
    trace.on(type="llm").calls("geocode", {"city": 5})
    asked = asked_in(client(OpenAI), streamed=streamed)
    assert (asked.name, json.loads(asked.arguments)) == ("geocode", {"city": 5})
    assert trace.one(type="llm").output == {"tool_calls": [CALL]}


@pytest.mark.parametrize("asked_in", [asked_in_chat, asked_in_response])
def test_arguments_that_are_no_json_are_passed_on(trace: TraceFixture, asked_in: Any) -> None:
    trace.on(type="llm").calls("geocode", '{"city": ', times=2)
    assert asked_in(client(OpenAI), streamed=False).arguments == '{"city": '
    assert asked_in(client(OpenAI), streamed=True).arguments == '{"city": '


def test_each_call_has_an_id_of_its_own(trace: TraceFixture) -> None:
    trace.on(type="llm").calls("geocode", times=2)
    sdk = client(OpenAI)
    ids = [sdk.chat.completions.create(**CHAT).choices[0].message.tool_calls[0].id for _ in "12"]
    assert ids == ["call_of_the_test", "call_of_the_test_2"]


USED = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
RESPONSE_USED = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
RESPONSE_USED |= {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
WORDS = [{"role": "assistant", "content": ""}, *({"content": f"{word} "} for word in TEXT.split()[:-1])]
BY_ITSELF: dict[str, tuple[Any, Callable[[OpenAI], Any]]] = {
    "chat": (chat(TEXT, usage=USED), SAYING["chat"]),
    "chat, streamed": (chunks(*WORDS, {"content": "Paris."}, usage=None), streamed_chat),
    "responses": (whole(response(message(TEXT), usage=RESPONSE_USED)), SAYING["responses"]),
}


def told(trace: TraceFixture) -> list[Any]:
    return [
        str(trace).partition("   ⚡")[0],
        *((call.output, call.model, call.status, call.usage, call.input) for call in trace.llms),
        [(event.path, event.type, event.chunk if event.type == "chunk" else None) for event in trace.events],
    ]


@pytest.mark.parametrize("way", BY_ITSELF)
def test_an_act_on_the_wire_is_recorded_like_an_answer_of_the_model(way: str) -> None:
    reply, ask = BY_ITSELF[way]
    with pytest_traces.record() as by_itself:
        ask(client(OpenAI, reply))
    with pytest_traces.record() as acted:
        acted.on(type="llm").says(TEXT)
        ask(client(OpenAI))
    assert told(acted) == told(by_itself)


ASKED_FOR = function("geocode", "call_of_the_test", city=5)
DELTAS = [
    {"index": 0, **ASKED_FOR, "function": {"name": "geocode", "arguments": ""}},
    {"index": 0, "function": {"arguments": ASKED_FOR["function"]["arguments"]}},
]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_call_is_recorded_like_the_model_asking_for_it(streamed: bool) -> None:
    parts = chunks(*({"tool_calls": [delta]} for delta in DELTAS), usage=None)
    with pytest_traces.record() as by_itself:
        asked_in_chat(client(OpenAI, parts if streamed else chat(None, ASKED_FOR, usage=USED)), streamed=streamed)
    with pytest_traces.record() as acted:
        acted.on(type="llm").calls("geocode", {"city": 5})
        asked_in_chat(client(OpenAI), streamed=streamed)
    assert told(acted) == told(by_itself)


def test_the_sdk_tries_again_and_then_the_model_says_it(trace: TraceFixture) -> None:
    trace.on(type="llm").says(TEXT)
    trace.on(type="llm").responds(429, headers={"retry-after-ms": "1"})
    assert SAYING["chat"](client(OpenAI)) == TEXT
    assert trace.one().acted == "responds, says"
    assert trace.retries[0].recovered


def test_azure_gets_it_too(trace: TraceFixture) -> None:
    trace.on(type="llm").says(TEXT)
    sdk = client(AzureOpenAI, api_version="2024-10-21", azure_endpoint="https://shop.openai.azure.com")
    assert SAYING["chat"](sdk) == TEXT


def test_an_answer_that_the_endpoint_has_no_form_for_is_refused() -> None:
    with pytest.raises(pytest_traces.TracesError) as refused, pytest_traces.record() as trace:  # noqa: PT012
        trace.on(type="llm").calls("geocode", {"city": 5})
        with pytest.raises(openai.BadRequestError):
            client(OpenAI).completions.create(model=MODEL, prompt="hi")
    assert str(refused.value) == (
        f"calls('geocode', {{'city': 5}}) is impossible for llm '{MODEL}': "
        "an answer of 'completions' can't hold it: responds() gives what a provider sends"
    )


def test_an_embedding_says_nothing() -> None:
    with pytest.raises(pytest_traces.TracesError) as refused, pytest_traces.record() as trace:  # noqa: PT012
        trace.on(model="*embedding*").says(TEXT)
        client(OpenAI).embeddings.create(model="text-embedding-3-small", input="hi")
    assert str(refused.value) == (
        f"says('{TEXT}') is impossible for embedding 'text-embedding-3-small': "
        "only a language model says something: returns() gives the value of any other call"
    )


def test_a_call_that_sends_nothing_was_not_acted_on() -> None:
    class Offline(OpenAI):
        def _prepare_options(self, options: Any) -> Any:
            raise RuntimeError("offline")

    with pytest.raises(pytest_traces.Mismatch) as failed, pytest_traces.record() as trace:  # noqa: PT012
        trace.on(type="llm").says(TEXT)
        with pytest.raises(RuntimeError):
            SAYING["chat"](client(Offline))
    assert str(failed.value).splitlines()[0] == (
        f"trace.on(type='llm').says('{TEXT}') can't act on llm '{MODEL}': no request of an SDK was seen by 'openai'"
    )
