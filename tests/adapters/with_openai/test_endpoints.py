import base64
import struct
from typing import Any

import pytest
from openai import OpenAI
from pydantic import BaseModel

from pytest_traces import Trace
from tests.adapters.doubles.wire import ASK, client, events, whole
from tests.adapters.with_openai.replies import ANSWER, USAGE, message, response, response_events


def answered(model: Any, **options: Any) -> Any:
    return model.responses.create(model="gpt-4o-mini", input=ASK, **options)


def test_a_response_is_a_model_call(trace: Trace) -> None:
    thought = {"type": "reasoning", "id": "rs1", "summary": [{"type": "summary_text", "text": "Clouds."}]}
    called = {"type": "function_call", "id": "f1", "call_id": "c1", "name": "geocode", "arguments": '{"city": "Paris"}'}
    searched = {
        "type": "web_search_call",
        "id": "w1",
        "status": "completed",
        "action": {"type": "search", "query": "x"},
    }
    items = [thought, called, searched, message("Let me ", "see.")]
    answered(client(OpenAI, whole(response(*items))), instructions="Be brief.", tools=[], temperature=0.1)
    call = trace.one("gpt-4o-mini", type="llm", status="success")
    assert call.input == {"instructions": "Be brief.", "input": ASK, "tools": []}
    assert call.output == {
        "text": "Let me see.",
        "reasoning": "Clouds.",
        "items": [searched],
        "tool_calls": [{"name": "geocode", "arguments": {"city": "Paris"}, "id": "c1"}],
    }
    assert call.attributes["response"] == {"id": "r1", "status": "completed"}
    used = trace.usage.by_model["openai/gpt-4o-mini-2024"]
    assert (used.input_tokens, used.cached_input_tokens, used.reasoning_tokens) == (25, 10, 2)


def test_a_parsed_response_is_a_structure(trace: Trace) -> None:
    class Weather(BaseModel):
        city: str

    model = client(OpenAI, whole(response(message('{"city": "Paris"}'))))
    assert model.responses.parse(model="gpt-4o-mini", input=ASK, text_format=Weather).output_parsed.city == "Paris"
    assert trace.one().output == {"city": "Paris"}


def test_a_response_that_failed_is_an_error_although_the_request_succeeded(trace: Trace) -> None:
    failed = response(status="failed", output=[], error={"code": "server_error", "message": "overloaded"})
    answered(client(OpenAI, whole(failed)))
    assert str(trace.one(status="error").error) == "server_error: overloaded"


def test_a_streamed_response_is_folded(trace: Trace) -> None:
    for _ in answered(client(OpenAI, events(response_events())), stream=True):
        pass
    assert trace.one(status="success").output == "It is 21 degrees in Paris."
    assert [event.chunk for event in trace.events if event.type == "chunk"] == ANSWER
    assert trace.usage.total_tokens == 30


@pytest.mark.parametrize("at_once", [True, False])
def test_a_streamed_response_that_is_left_early_is_cut_off(trace: Trace, at_once: bool) -> None:
    with client(OpenAI, events(response_events(), at_once=at_once)).responses.stream(model="m", input=ASK) as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                break
    assert trace.one(status="cancelled").output == ANSWER[0]


def test_the_helper_of_responses_sees_what_it_always_saw(trace: Trace) -> None:
    with client(OpenAI, events(response_events())).responses.stream(model="gpt-4o-mini", input=ASK) as stream:
        assert stream.get_final_response().output_text == "It is 21 degrees in Paris."
    assert trace.one(status="success").output == "It is 21 degrees in Paris."


@pytest.mark.parametrize("encoding", ["base64", "float"])
def test_vectors_are_told_by_number_and_dimensions(trace: Trace, encoding: str) -> None:
    numbers = [0.5] * 1537
    vector = base64.b64encode(struct.pack("<1537f", *numbers)).decode() if encoding == "base64" else numbers
    rows = [{"object": "embedding", "index": index, "embedding": vector} for index in (0, 1)]
    told = {"object": "list", "model": "small", "data": rows, "usage": {"prompt_tokens": 8, "total_tokens": 8}}
    found = client(OpenAI, whole(told)).embeddings.create(model="text-embedding-3-small", input=["a", "b"])
    assert found.data[0].embedding == numbers
    call = trace.one("text-embedding-3-small", type="embedding")
    assert call.input == ["a", "b"]
    assert call.output == {"embeddings": 2, "dimensions": 1537}
    assert trace.usage.input_tokens == 8


def test_completions_of_text_are_model_calls(trace: Trace) -> None:
    body = {"id": "c", "object": "text_completion", "created": 1, "model": "m", "usage": USAGE}
    rows = [{**body, "choices": [{"index": 0, "text": piece, "finish_reason": None}]} for piece in ("It ", "rains.")]
    model = client(OpenAI, events(rows, done=True), whole({**body, "choices": [{"index": 0, "text": "Rain."}]}))
    for _ in model.completions.create(model="m", prompt="Weather?", stream=True):
        pass
    model.completions.create(model="m", prompt="Weather?")
    assert [(call.input, call.output) for call in trace.llms] == [("Weather?", "It rains."), ("Weather?", "Rain.")]


def test_a_moderation_is_a_guardrail(trace: Trace) -> None:
    result = {"flagged": True, "categories": {"violence": True, "hate": False}, "category_scores": {}}
    told = {"id": "m", "model": "omni", "results": [result]}
    client(OpenAI, whole(told)).moderations.create(model="omni", input="Fight!")
    call = trace.one("omni", type="guardrail")
    assert (call.input, call.output) == ("Fight!", {"flagged": True, "categories": ["violence"]})
    assert not trace.usage


def test_pictures_are_told_by_where_they_are_or_how_large(trace: Trace) -> None:
    rows = [{"url": "http://p"}, {"b64_json": base64.b64encode(b"123456").decode()}]
    client(OpenAI, whole({"created": 1, "data": rows})).images.generate(model="dall-e-3", prompt="A cat")
    call = trace.one("dall-e-3", type="image")
    assert (call.input, call.output) == ("A cat", [{"url": "http://p"}, {"bytes": 6}])
