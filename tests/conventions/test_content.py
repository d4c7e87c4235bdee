"""Each convention's words for what went into a span and came out of it."""

from __future__ import annotations

import json

import pytest

from pytest_traces.conventions.content import SpanEvent
from tests.conventions.words import LLM, read

MESSAGES = [{"role": "user", "content": "Hello"}]
WRITTEN = json.dumps(MESSAGES)
PARTS = [{"role": "user", "parts": [{"type": "text", "content": "Hello"}]}]


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.input.messages": WRITTEN},
        {"gen_ai.input.messages": MESSAGES},
        {"pydantic_ai.all_messages": WRITTEN},
        {"llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "Hello"},
        {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "Hello"},
        {"ai.prompt.messages": WRITTEN},
        {"ai.prompt": WRITTEN},
        {"input.value": WRITTEN},
        {"traceloop.entity.input": WRITTEN},
        {"mlflow.spanInputs": WRITTEN},
        {"langfuse.observation.input": WRITTEN},
        {"request_data": WRITTEN},
    ],
)
def test_each_convention_tells_what_a_model_read(attributes):
    assert read(LLM | attributes).input == MESSAGES


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.output.messages": WRITTEN},
        {"final_result": WRITTEN},
        {"llm.output_messages.0.message.role": "user", "llm.output_messages.0.message.content": "Hello"},
        {"gen_ai.completion.0.role": "user", "gen_ai.completion.0.content": "Hello"},
        {"ai.response.text": WRITTEN},
        {"ai.response.object": WRITTEN},
        {"ai.response.toolCalls": WRITTEN},
        {"ai.result.text": WRITTEN},
        {"ai.result.object": WRITTEN},
        {"ai.result.toolCalls": WRITTEN},
        {"output.value": WRITTEN},
        {"traceloop.entity.output": WRITTEN},
        {"mlflow.spanOutputs": WRITTEN},
        {"langfuse.observation.output": WRITTEN},
        {"response_data": WRITTEN},
    ],
)
def test_each_convention_tells_what_a_model_wrote(attributes):
    assert read(LLM | attributes).output == MESSAGES


def test_the_messages_of_the_conventions_win_over_a_wrapper_that_repeats_them():
    assert read(LLM | {"input.value": "as the SDK was called", "gen_ai.input.messages": WRITTEN}).input == MESSAGES


def test_system_instructions_come_before_the_messages():
    instructions = {"gen_ai.system_instructions": '[{"type": "text", "content": "Be brief."}]'}
    system = {"role": "system", "parts": [{"type": "text", "content": "Be brief."}]}
    assert read(LLM | instructions | {"gen_ai.input.messages": json.dumps(PARTS)}).input == [system, *PARTS]
    assert read(LLM | instructions).input == [system]


@pytest.mark.parametrize(
    ("history", "roles"),
    [
        ({}, ["user"]),
        ({"pydantic_ai.new_message_index": 2}, ["user", "assistant", "user", "tool"]),
        ({"pydantic_ai.new_message_index": 4}, ["user", "assistant", "user", "tool", "assistant", "user"]),
    ],
)
def test_the_input_of_an_agent_ends_before_its_own_first_answer(history, roles):
    conversation = ["user", "assistant", "user", "tool", "assistant", "user", "assistant"]
    told = {"pydantic_ai.all_messages": json.dumps([{"role": role} for role in conversation])}
    agent = {"gen_ai.operation.name": "invoke_agent"}
    assert [message["role"] for message in read(agent | told | history).input] == roles


@pytest.mark.parametrize(
    ("attributes", "went_in", "came_out"),
    [
        (
            {
                "openinference.span.kind": "EMBEDDING",
                "embedding.embeddings.0.embedding.text": "rain?",
                "output.value": '{"data": []}',
            },
            [{"text": "rain?"}],
            {"data": []},
        ),
        (
            {"ai.operationId": "ai.embed.doEmbed", "ai.values": ["rain?"], "ai.embeddings": ["[0.5]"]},
            ["rain?"],
            ["[0.5]"],
        ),
    ],
)
def test_an_embedding_tells_its_texts_and_vectors(attributes, went_in, came_out):
    span = read(attributes)
    assert (span.input, span.output) == (went_in, came_out)


def test_messages_noted_as_events_are_the_input_and_output():
    events = [
        SpanEvent("gen_ai.user.message", 1, {"content": "Hello"}),
        SpanEvent("gen_ai.choice", 2, {"content": "Hi!"}),
    ]
    span = read(LLM, *events)
    assert (span.input, span.output) == (MESSAGES, [{"content": "Hi!"}])


def test_log_records_carry_messages_in_their_bodies():
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi!"}}
    logs = [
        SpanEvent("gen_ai.system.message", 1, {"gen_ai.system": "openai"}, {"content": "Be brief."}),
        SpanEvent("gen_ai.choice", 2, {}, choice),
    ]
    span = read(LLM, *logs)
    assert span.input == [{"role": "system", "content": "Be brief.", "gen_ai.system": "openai"}]
    assert span.output == [choice]


def test_one_event_may_carry_the_details_of_a_call():
    details = {"gen_ai.input.messages": json.dumps(PARTS), "gen_ai.output.messages": WRITTEN}
    span = read(LLM, SpanEvent("gen_ai.client.inference.operation.details", 1, details))
    assert (span.input, span.output) == (PARTS, MESSAGES)


def test_numbered_attributes_nest():
    call = "llm.output_messages.0.message.tool_calls.{}.tool_call."
    attributes = {
        "llm.output_messages.0.message.role": "assistant",
        call.format(0) + "function.name": "geocode",
        call.format(0) + "function.arguments": '{"city": "Paris"}',
        call.format(1) + "function.name": "get_time",
    }
    calls = [{"function": {"name": "geocode", "arguments": {"city": "Paris"}}}, {"function": {"name": "get_time"}}]
    assert read(LLM | attributes).output == [{"role": "assistant", "tool_calls": calls}]


def test_numbered_attributes_are_ordered_by_number():
    texts = {f"gen_ai.prompt.{number}.content": str(number) for number in (10, 9, 0)}
    assert [message["content"] for message in read(LLM | texts).input] == ["0", "9", "10"]


@pytest.mark.parametrize(
    ("went_in", "came_out"),
    [
        ("gen_ai.tool.call.arguments", "gen_ai.tool.call.result"),
        ("tool_arguments", "tool_response"),
        ("ai.toolCall.args", "ai.toolCall.result"),
        ("gcp.vertex.agent.tool_call_args", "gcp.vertex.agent.tool_response"),
        ("traceloop.entity.input", "traceloop.entity.output"),
        ("input.value", "output.value"),
        ("tool.parameters", "output.value"),
        ("mlflow.spanInputs", "mlflow.spanOutputs"),
        ("langfuse.observation.input", "langfuse.observation.output"),
    ],
)
def test_each_convention_tells_what_went_into_a_tool_and_came_out(went_in, came_out):
    span = read({"gen_ai.tool.name": "x", went_in: '{"city": "Paris"}', came_out: "sunny"})
    assert (span.input, span.output) == ({"city": "Paris"}, "sunny")


def test_strands_notes_what_went_into_a_tool_and_came_out():
    events = [
        SpanEvent("gen_ai.tool.message", 1, {"role": "tool", "content": '{"city": "Paris"}', "id": "call_1"}),
        SpanEvent("gen_ai.choice", 2, {"message": '[{"text": "sunny"}]', "id": "call_1"}),
    ]
    span = read({"gen_ai.tool.name": "x"}, *events)
    assert (span.input, span.output) == ({"city": "Paris"}, [{"text": "sunny"}])


@pytest.mark.parametrize(
    ("attributes", "query", "documents"),
    [
        (
            {
                "gen_ai.operation.name": "retrieval",
                "gen_ai.retrieval.query.text": "rain?",
                "gen_ai.retrieval.documents": '[{"id": "a"}]',
            },
            "rain?",
            [{"id": "a"}],
        ),
        (
            {
                "openinference.span.kind": "RETRIEVER",
                "input.value": "rain?",
                "retrieval.documents.0.document.id": "a",
                "retrieval.documents.1.document.id": "b",
            },
            "rain?",
            [{"id": "a"}, {"id": "b"}],
        ),
        (
            {
                "openinference.span.kind": "RERANKER",
                "reranker.query": "rain?",
                "reranker.output_documents.0.document.id": "a",
            },
            "rain?",
            [{"id": "a"}],
        ),
    ],
)
def test_a_retrieval_tells_its_query_and_documents(attributes, query, documents):
    span = read(attributes)
    assert (span.input, span.output) == (query, documents)


@pytest.mark.parametrize(
    ("attributes", "went_in", "came_out"),
    [
        (
            {"http.request.method": "GET", "url.full": "http://a/b", "http.response.status_code": 200},
            "http://a/b",
            200,
        ),
        ({"http.method": "GET", "http.url": "http://a/b", "http.status_code": 200}, "http://a/b", 200),
        ({"db.system.name": "sqlite", "db.query.text": "SELECT 1"}, "SELECT 1", None),
        ({"db.system": "sqlite", "db.statement": "SELECT 1"}, "SELECT 1", None),
    ],
)
def test_requests_and_queries_are_inputs(attributes, went_in, came_out):
    span = read(attributes)
    assert (span.input, span.output) == (went_in, came_out)


def test_a_text_that_only_looks_like_json_stays_a_text():
    assert read(LLM | {"input.value": "[citation needed"}).input == "[citation needed"


def test_json_nested_beyond_what_can_be_decoded_stays_a_text():
    deep = "[" * 100_000 + "]" * 100_000
    assert read(LLM | {"input.value": deep}).input == deep
