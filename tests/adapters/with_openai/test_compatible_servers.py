"""Servers that speak nearly as OpenAI's: fields are missing, empty or of another type."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from openai import OpenAI

from pytest_traces import Trace, UsageNotRecorded
from tests.adapters.doubles.wire import ASK, client, whole
from tests.adapters.with_openai.replies import USAGE

ASKED: Any = {"model": "llama", "messages": ASK}
TEXT = {"role": "assistant", "content": "Rain."}
CALLED = {"tool_calls": [{"name": "geocode", "arguments": {"city": "Paris"}, "id": "c1"}]}


def read_by_sdk(chunks: list[Any]) -> None:
    list(server(stream(chunks)).chat.completions.create(stream=True, **ASKED))


def read_as_lines(chunks: list[Any]) -> None:
    with server(stream(chunks)).chat.completions.with_streaming_response.create(stream=True, **ASKED) as response:
        list(response.iter_lines())


def server(*replies: Any) -> Any:
    return client(OpenAI, *replies, base_url="http://localhost:8000/v1")


def stream(chunks: list[Any]) -> httpx2.Response:
    lines = [f"data: {json.dumps({'id': 'c', 'model': 'llama-1', **chunk})}\n\n" for chunk in chunks]
    return httpx2.Response(200, text="".join(lines), headers={"content-type": "text/event-stream"})


def piece(**delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta}]}


def tool_piece(**call: Any) -> dict[str, Any]:
    return piece(tool_calls=[call])


@pytest.mark.parametrize(
    "answer",
    [
        {"choices": [{"message": TEXT, "finish_reason": None}]},
        {"choices": [{"message": {"content": [{"type": "text", "text": "Rain."}]}}], "object": None},
        {"choices": [{"index": None, "message": {**TEXT, "mood": "grey", "tool_calls": None}}], "provider": "p"},
        {"choices": [None, {"message": TEXT}]},
    ],
)
def test_an_answer_with_odd_fields_is_told_and_its_usage_is_unknown(trace: Trace, answer: Any) -> None:
    server(whole({"model": "llama-1", **answer})).chat.completions.create(**ASKED)
    call = trace.one("llama", status="success")
    assert call.model == "llama-1"
    assert call.output in ("Rain.", [None, "Rain."])
    with pytest.raises(UsageNotRecorded):
        _ = trace.usage.total_tokens


@pytest.mark.parametrize("choices", [None, [], [{}]])
def test_an_answer_without_a_message_has_no_output_and_still_its_usage(trace: Trace, choices: Any) -> None:
    server(whole({"model": "llama-1", "choices": choices, "usage": USAGE})).chat.completions.create(**ASKED)
    assert trace.one("llama", status="success").output is None
    assert trace.usage.total_tokens == 30


def test_an_error_inside_a_successful_response_is_an_error(trace: Trace) -> None:
    server(whole({"error": {"message": "overloaded", "code": 503}})).chat.completions.create(**ASKED)
    assert str(trace.one(status="error").error) == "503: overloaded"


def test_an_error_inside_a_stream_that_the_program_reads_itself_is_an_error(trace: Trace) -> None:
    read_as_lines([piece(content="It "), {"error": {"message": "overloaded", "type": "busy"}}])
    call = trace.one(status="error")
    assert (str(call.error), call.output) == ("busy: overloaded", "It ")


@pytest.mark.parametrize("body", ["", '{"choices": ['])
def test_an_answer_that_the_sdk_cannot_read_is_an_error(trace: Trace, body: str) -> None:
    broken = httpx2.Response(200, text=body, headers={"content-type": "application/json"})
    with pytest.raises(ValueError, match="Expecting value"):
        server(broken).chat.completions.create(**ASKED)
    call = trace.one(status="error")
    assert (call.error.type, call.output) == ("JSONDecodeError", body)


@pytest.mark.parametrize("read", [read_by_sdk, read_as_lines])
@pytest.mark.parametrize(
    "chunks",
    [
        [{"choices": []}, piece(content="Rain."), {"choices": [], "usage": USAGE}],
        [{"choices": None}, piece(content="Rain."), {"choices": None, "usage": USAGE}],
        [{"choices": [{"delta": None}]}, {"choices": [{}]}, {**piece(content="Rain."), "usage": USAGE}],
        [{**piece(content="Ra"), "usage": {"prompt_tokens": 25}}, {**piece(content="in."), "usage": USAGE}],
        [piece(content=[{"type": "text", "text": "Rain."}]), {"x_groq": {"usage": USAGE}}],
        [{"choices": [{"index": 0, "message": TEXT, "finish_reason": "stop"}], "usage": USAGE}],
    ],
)
def test_a_stream_with_odd_chunks_is_folded(trace: Trace, chunks: Any, read: Callable[[Any], None]) -> None:
    read(chunks)
    assert trace.one("llama", status="success").output == "Rain."
    assert [event.chunk for event in trace.events if event.type == "chunk"] in (["Rain."], ["Ra", "in."])
    assert trace.usage.total_tokens == 30


@pytest.mark.parametrize("read", [read_by_sdk, read_as_lines])
@pytest.mark.parametrize("word", ["reasoning", "reasoning_content"])
def test_streamed_reasoning_is_told(trace: Trace, word: str, read: Callable[[Any], None]) -> None:
    read([piece(**{word: "Clouds, "}), piece(**{word: "so rain."}), piece(content="Rain.")])
    assert trace.one().output == {"text": "Rain.", "reasoning": "Clouds, so rain."}


@pytest.mark.parametrize("read", [read_by_sdk, read_as_lines])
@pytest.mark.parametrize(
    "chunks",
    [
        [tool_piece(id="c1", function={"name": "geocode", "arguments": '{"city": "Paris"}'})],
        [tool_piece(index=0, id="c1", function={"name": "geocode", "arguments": {"city": "Paris"}})],
        [
            tool_piece(index=0, id="c1", function={"name": "geocode", "arguments": None}),
            tool_piece(index=0, id="c1", function={"arguments": '{"city": "Paris"}'}),
        ],
        [tool_piece(index=0, id="c1", type="custom", custom={"name": "geocode", "input": '{"city": "Paris"}'})],
    ],
)
def test_a_streamed_call_with_odd_fields_is_folded(trace: Trace, chunks: Any, read: Callable[[Any], None]) -> None:
    read(chunks)
    assert trace.one().output == CALLED


@pytest.mark.parametrize("index", [{}, {"index": 0}])
def test_calls_that_all_have_one_index_are_told_apart_by_their_ids(trace: Trace, index: Any) -> None:
    names = ("geocode", "get_time")
    read_by_sdk([tool_piece(**index, id=name, function={"name": name, "arguments": "{}"}) for name in names])
    assert [call["name"] for call in trace.one().output["tool_calls"]] == ["geocode", "get_time"]


def test_a_streamed_call_in_the_older_form_is_folded(trace: Trace) -> None:
    read_by_sdk([piece(function_call={"name": "geocode"}), piece(function_call={"arguments": '{"city": "Paris"}'})])
    assert trace.one().output == {"tool_calls": [{**CALLED["tool_calls"][0], "id": None}]}
    assert [event.chunk["type"] for event in trace.events if event.type == "chunk"] == ["tool_use", "tool_use_delta"]


def test_streamed_speech_is_told_by_its_transcript(trace: Trace) -> None:
    read_by_sdk([piece(audio={"id": "a", "transcript": "It "}), piece(audio={"transcript": "rains."})])
    assert trace.one().output == {"audio": "It rains."}
