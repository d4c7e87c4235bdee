"""What a test lets a model say or call reaches the program in Anthropic's own types, whichever way it asks."""

from collections.abc import Callable
from typing import Any

import pytest
from anthropic import Anthropic, AnthropicBedrock, AsyncAnthropic, BadRequestError
from pydantic import BaseModel

import pytest_traces
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.doubles.wire import ASK, client
from tests.adapters.with_anthropic.replies import USAGE, message, stream, text

ASKED: Any = {"model": "claude-x-1", "max_tokens": 9, "messages": ASK}
TEXT = "It is 21 degrees in Paris."
CALL = {"name": "geocode", "arguments": {"city": 5}, "id": "call_of_the_test"}


class Weather(BaseModel):
    temp: int


def streamed(sdk: Anthropic) -> str:
    rows = sdk.messages.create(stream=True, **ASKED)
    return "".join(
        row.delta.text for row in rows if row.type == "content_block_delta" and row.delta.type == "text_delta"
    )


def helper(sdk: Anthropic) -> str:
    with sdk.messages.stream(**ASKED) as stream:
        return stream.get_final_text()


def read(sdk: Anthropic) -> str:
    with sdk.messages.with_streaming_response.create(**ASKED) as reply:
        return str(reply.parse().content[0].text)


SAYING: dict[str, Callable[[Anthropic], Any]] = {
    "whole": lambda sdk: sdk.messages.create(**ASKED).content[0].text,
    "streamed": streamed,
    "stream()": helper,
    "beta": lambda sdk: sdk.beta.messages.create(**ASKED).content[0].text,
    "with_raw_response": lambda sdk: sdk.messages.with_raw_response.create(**ASKED).parse().content[0].text,
    "with_streaming_response": read,
}


@pytest.mark.parametrize("way", SAYING)
def test_a_text_reaches_the_program_whichever_way_it_asks(trace: TraceFixture, way: str) -> None:
    trace.on(type="llm").says(TEXT)
    assert SAYING[way](client(Anthropic)) == TEXT
    [call] = trace.llms
    assert (call.acted, call.status, call.output) == ("says", "success", TEXT)


async def test_an_async_client_gets_it_too(trace: TraceFixture) -> None:
    trace.on(type="llm").says(TEXT, times=2)
    sdk = client(AsyncAnthropic)
    assert (await sdk.messages.create(**ASKED)).content[0].text == TEXT
    async with sdk.messages.stream(**ASKED) as stream:
        assert await stream.get_final_text() == TEXT


def test_an_answer_as_json_is_parsed_into_the_program_s_class(trace: TraceFixture) -> None:
    trace.on(type="llm").says('{"temp": 21}', times=2)
    sdk = client(Anthropic)
    assert sdk.messages.parse(output_format=Weather, **ASKED).parsed_output == Weather(temp=21)
    with sdk.messages.stream(output_format=Weather, **ASKED) as stream:
        assert stream.get_final_message().parsed_output == Weather(temp=21)


@pytest.mark.parametrize("ask", [SAYING["whole"], helper], ids=["whole", "streamed"])
def test_an_act_on_the_wire_is_recorded_like_an_answer_of_the_model(ask: Any) -> None:
    used = dict.fromkeys(USAGE, 0)
    words = [{"type": "text_delta", "text": word} for word in ("It ", "is ", "21 ", "degrees ", "in ", "Paris.")]
    with pytest_traces.record() as by_itself:
        ask(client(Anthropic, stream(*words, usage=used) if ask is helper else message(text(TEXT), usage=used)))
    with pytest_traces.record() as acted:
        acted.on(type="llm").says(TEXT)
        ask(client(Anthropic))
    assert told(acted) == told(by_itself)


def told(trace: Any) -> list[Any]:
    return [
        *((call.name, call.output, call.model, call.status, call.usage.input_tokens) for call in trace.llms),
        [(event.path, event.type, event.chunk if event.type == "chunk" else None) for event in trace.events],
    ]


def test_a_call_of_a_tool_reaches_the_program_whole_and_streamed(trace: TraceFixture) -> None:
    trace.on(type="llm").calls("geocode", {"city": 5}, times=2)
    sdk = client(Anthropic)
    whole = sdk.messages.create(**ASKED)
    with sdk.messages.stream(**ASKED) as stream:
        last = stream.get_final_message()
    assert [(one.stop_reason, one.content[0].name, one.content[0].input) for one in (whole, last)] == [
        ("tool_use", "geocode", {"city": 5})
    ] * 2
    assert trace.llms[0].output == {"tool_calls": [CALL]}


def test_arguments_that_are_no_json_break_a_stream_as_they_do_by_themselves(trace: TraceFixture) -> None:
    trace.on(type="llm").calls("geocode", '{"city" 5}')
    with pytest.raises(ValueError, match="Unable to parse tool parameter JSON"):
        helper(client(Anthropic))


def refusal(effect: Callable[[Any], None], ask: Callable[[], Any]) -> str:
    with pytest.raises(pytest_traces.TracesError) as refused, pytest_traces.record() as trace:  # noqa: PT012
        effect(trace.on(type="llm"))
        with pytest.raises(BadRequestError):
            ask()
    return str(refused.value)


def test_a_whole_message_holds_no_arguments_that_are_no_object() -> None:
    assert refusal(lambda on: on.calls("geocode", "Paris"), lambda: SAYING["whole"](client(Anthropic))) == (
        "calls('geocode', 'Paris') is impossible for llm 'claude-x-1': "
        "an answer of 'messages' can't hold it: responds() gives what a provider sends"
    )


def test_bedrock_says_it_but_streams_it_in_a_form_of_its_own() -> None:
    sdk = AnthropicBedrock(api_key="k", aws_region="us-east-1")
    with pytest_traces.record() as trace:
        trace.on(type="llm").says(TEXT)
        assert sdk.messages.create(**ASKED).content[0].text == TEXT
    told = refusal(lambda on: on.says(TEXT), lambda: list(sdk.messages.create(stream=True, **ASKED)))
    assert told.startswith(f"says('{TEXT}') is impossible for llm 'claude-x-1'")
