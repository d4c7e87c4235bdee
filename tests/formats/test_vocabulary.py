"""Every convention's spelling of the same facts."""

from __future__ import annotations

import json

import pytest

from tests.formats.files import START_NS, any_value, load, one_span, otlp, otlp_span

LLM = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}


@pytest.mark.parametrize(
    ("attributes", "type"),
    [
        ({"gen_ai.operation.name": "chat"}, "llm"),
        ({"gen_ai.operation.name": "generate_content"}, "llm"),
        ({"gen_ai.operation.name": "embeddings"}, "embedding"),
        ({"gen_ai.operation.name": "execute_tool"}, "tool"),
        ({"gen_ai.operation.name": "invoke_agent"}, "agent"),
        ({"gen_ai.operation.name": "invoke_workflow"}, "workflow"),
        ({"gen_ai.operation.name": "retrieval"}, "retrieval"),
        ({"openinference.span.kind": "LLM"}, "llm"),
        ({"openinference.span.kind": "RETRIEVER"}, "retrieval"),
        ({"openinference.span.kind": "GUARDRAIL"}, "guardrail"),
        ({"openinference.span.kind": "UNKNOWN"}, "span"),
        ({"traceloop.span.kind": "workflow"}, "workflow"),
        ({"llm.request.type": "completion"}, "llm"),
        ({"langfuse.observation.type": "generation"}, "llm"),
        ({"mlflow.spanType": '"CHAT_MODEL"'}, "llm"),
        ({"ai.operationId": "ai.generateText"}, "agent"),
        ({"ai.operationId": "ai.streamText.doStream"}, "llm"),
        ({"ai.operationId": "ai.toolCall"}, "tool"),
        ({"mcp.method.name": "tools/call"}, "tool"),
        ({"mcp.method.name": "tools/list"}, "mcp"),
        ({"gen_ai.tool.name": "x"}, "tool"),
        ({"gen_ai.request.model": "x"}, "llm"),
        ({"agent_name": "x"}, "agent"),
        ({"http.request.method": "GET"}, "http"),
        ({"db.system": "postgresql"}, "db"),
        ({"anything": "else"}, "span"),
        ({"gen_ai.operation.name": "chat", "openinference.span.kind": "CHAIN"}, "llm"),
    ],
)
def test_each_convention_tells_the_type(tmp_path, attributes, type):
    assert one_span(tmp_path, attributes=attributes).type == type


@pytest.mark.parametrize(
    ("name", "attributes", "ours"),
    [
        ("execute_tool get_weather", {"gen_ai.operation.name": "execute_tool"}, "get_weather"),
        ("running tool", {"gen_ai.tool.name": "get_weather"}, "get_weather"),
        ("get_weather.tool", {"traceloop.span.kind": "tool", "traceloop.entity.name": "get_weather"}, "get_weather"),
        ("ai.toolCall", {"ai.operationId": "ai.toolCall", "ai.toolCall.name": "get_weather"}, "get_weather"),
        ("agent run", {"agent_name": "weather"}, "weather"),
        ("chat gpt-4o", LLM | {"gen_ai.agent.name": "weather"}, "gpt-4o"),
        ("ChatCompletion", {"openinference.span.kind": "LLM"}, "ChatCompletion"),
        ("GET /weather", {"http.request.method": "GET"}, "GET /weather"),
    ],
)
def test_a_span_is_named_for_what_was_called(tmp_path, name, attributes, ours):
    assert one_span(tmp_path, name, attributes=attributes).name == ours


@pytest.mark.parametrize(
    ("attributes", "model"),
    [
        ({"gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024"}, "gpt-4o-2024"),
        ({"gen_ai.request.model": "gpt-4o", "gen_ai.system": "openai"}, "openai/gpt-4o"),
        ({"llm.model_name": "gpt-4o", "llm.provider": "azure"}, "azure/gpt-4o"),
        ({"ai.model.id": "gpt-4o", "ai.model.provider": "openai.chat"}, "openai.chat/gpt-4o"),
        ({"gen_ai.request.model": "meta/llama", "gen_ai.provider.name": "groq"}, "meta/llama"),
        ({"gen_ai.provider.name": "groq"}, None),
    ],
)
def test_each_convention_names_the_model(tmp_path, attributes, model):
    assert one_span(tmp_path, attributes=attributes).model == model


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 20},
        {"gen_ai.usage.prompt_tokens": 100, "gen_ai.usage.completion_tokens": 20},
        {"llm.token_count.prompt": 100, "llm.token_count.completion": 20},
        {"llm.usage.prompt_tokens": 100, "llm.usage.completion_tokens": 20},
        {"ai.usage.inputTokens": 100, "ai.usage.outputTokens": 20},
        {"ai.usage.promptTokens": 100.0, "ai.usage.completionTokens": "20"},
        {"langfuse.observation.usage_details": '{"input": 100, "output": 20}'},
        {"mlflow.chat.tokenUsage": '{"input_tokens": 100, "output_tokens": 20}'},
        {"gen_ai.usage.total_tokens": 120, "gen_ai.usage.output_tokens": 20},
        {"gen_ai.usage.input_tokens": 100, "gen_ai.usage.prompt_tokens": 7, "gen_ai.usage.output_tokens": 20},
    ],
)
def test_each_convention_counts_tokens(tmp_path, attributes):
    usage = one_span(tmp_path, attributes=LLM | attributes).usage
    assert usage.flat() == {"gpt-4o:input_tokens": 100, "gpt-4o:output_tokens": 20, "gpt-4o:requests": 1}


@pytest.mark.parametrize(
    ("attribute", "unit"),
    [
        ("gen_ai.usage.cache_read.input_tokens", "cached_input_tokens"),
        ("gen_ai.usage.cache_read_input_tokens", "cached_input_tokens"),
        ("llm.token_count.prompt_details.cache_read", "cached_input_tokens"),
        ("gen_ai.usage.cache_write.input_tokens", "cache_creation_input_tokens"),
        ("gen_ai.usage.cache_creation.input_tokens", "cache_creation_input_tokens"),
        ("gen_ai.usage.details.cache_write_tokens", "cache_creation_input_tokens"),
        ("gen_ai.usage.reasoning.output_tokens", "reasoning_tokens"),
        ("llm.token_count.completion_details.reasoning", "reasoning_tokens"),
        ("gen_ai.usage.audio.input_tokens", "input_audio_tokens"),
        ("operation.cost", "cost_usd"),
        ("llm.cost.total", "cost_usd"),
    ],
)
def test_each_convention_tells_the_parts(tmp_path, attribute, unit):
    usage = one_span(tmp_path, attributes=LLM | {"gen_ai.usage.input_tokens": 100, attribute: 7}).usage
    assert usage.flat()[f"gpt-4o:{unit}"] == 7


def test_a_model_call_that_reported_no_usage_is_unknown_and_not_zero(tmp_path):
    usage = one_span(tmp_path, attributes=LLM | {"gen_ai.usage.input_tokens": "many"}).usage
    assert usage.unreported == ("work",)


@pytest.mark.parametrize("count", [float("nan"), "NaN", -1, 1.5, True, 10**30])
@pytest.mark.parametrize(
    "more", [{}, {"gen_ai.operation.name": "embeddings"}, {"error.type": "KeyError"}, {"error.type": "CancelledError"}]
)
def test_a_call_with_a_count_that_is_none_is_unknown_as_a_whole(tmp_path, count, more):
    said = LLM | {"gen_ai.usage.input_tokens": count, "gen_ai.usage.output_tokens": 3}
    usage = one_span(tmp_path, attributes=said | more).usage
    assert (usage.by_model, usage.unreported) == ({}, ("work",))


def test_what_an_agent_repeats_is_never_counted(tmp_path):
    counted = {"gen_ai.usage.input_tokens": 100}
    agent = otlp_span(1, attributes={"gen_ai.operation.name": "invoke_agent", **counted})
    trace = load(tmp_path, otlp(agent, otlp_span(2, parent=1, attributes=LLM | counted)))
    assert (trace.usage.input_tokens, trace.roots[0].usage.input_tokens) == (100, 100)


def test_a_model_call_within_a_model_call_is_counted_once(tmp_path):
    counted = LLM | {"gen_ai.usage.input_tokens": 100}
    trace = load(tmp_path, otlp(otlp_span(1, attributes=counted), otlp_span(2, parent=1, attributes=counted)))
    assert (trace.usage.input_tokens, trace.usage.requests) == (100, 1)


MESSAGES = [{"role": "user", "content": "Hello"}]


@pytest.mark.parametrize(
    "attributes",
    [
        LLM | {"gen_ai.input.messages": json.dumps(MESSAGES)},
        LLM | {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "Hello"},
        LLM | {"ai.prompt.messages": json.dumps(MESSAGES)},
        LLM | {"input.value": json.dumps(MESSAGES)},
        LLM | {"traceloop.entity.input": json.dumps(MESSAGES)},
        LLM | {"llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "Hello"},
    ],
)
def test_each_convention_tells_what_a_model_read(tmp_path, attributes):
    assert one_span(tmp_path, attributes=attributes).input == MESSAGES


def test_messages_noted_as_events_are_the_input_and_output(tmp_path):
    events = [
        {"timeUnixNano": str(START_NS), "name": name, "attributes": [{"key": "content", "value": any_value(text)}]}
        for name, text in [("gen_ai.user.message", "Hello"), ("gen_ai.choice", "Hi!")]
    ]
    span = one_span(tmp_path, attributes=LLM, events=events)
    assert (span.input, span.output) == (MESSAGES, [{"content": "Hi!"}])


def test_numbered_attributes_nest(tmp_path):
    call = "llm.output_messages.0.message.tool_calls.{}.tool_call."
    attributes = {
        "llm.output_messages.0.message.role": "assistant",
        call.format(0) + "function.name": "geocode",
        call.format(0) + "function.arguments": '{"city": "Paris"}',
        call.format(1) + "function.name": "get_time",
    }
    calls = [{"function": {"name": "geocode", "arguments": {"city": "Paris"}}}, {"function": {"name": "get_time"}}]
    assert one_span(tmp_path, attributes=LLM | attributes).output == [{"role": "assistant", "tool_calls": calls}]


@pytest.mark.parametrize(
    ("went_in", "came_out"),
    [
        ("gen_ai.tool.call.arguments", "gen_ai.tool.call.result"),
        ("tool_arguments", "tool_response"),
        ("ai.toolCall.args", "ai.toolCall.result"),
        ("gcp.vertex.agent.tool_call_args", "gcp.vertex.agent.tool_response"),
        ("traceloop.entity.input", "traceloop.entity.output"),
        ("input.value", "output.value"),
        ("mlflow.spanInputs", "mlflow.spanOutputs"),
        ("langfuse.observation.input", "langfuse.observation.output"),
    ],
)
def test_each_convention_tells_what_went_into_a_tool_and_came_out(tmp_path, went_in, came_out):
    span = one_span(tmp_path, attributes={"gen_ai.tool.name": "x", went_in: '{"city": "Paris"}', came_out: "sunny"})
    assert (span.input, span.output) == ({"city": "Paris"}, "sunny")


def test_a_retrieval_tells_its_query_and_documents(tmp_path):
    documents = {"retrieval.documents.0.document.id": "a", "retrieval.documents.1.document.id": "b"}
    span = one_span(tmp_path, attributes={"openinference.span.kind": "RETRIEVER", "input.value": "rain?", **documents})
    assert (span.input, span.output) == ("rain?", [{"id": "a"}, {"id": "b"}])


def test_a_text_that_only_looks_like_json_stays_a_text(tmp_path):
    assert one_span(tmp_path, attributes=LLM | {"input.value": "[citation needed"}).input == "[citation needed"


def test_tags_and_metadata_are_gathered(tmp_path):
    span = one_span(
        tmp_path,
        attributes={
            "tag.tags": ["beta", "eu"],
            "metadata": '{"plan": "pro"}',
            "traceloop.association.properties.chat": "c1",
            "langfuse.observation.metadata.step": "2",
            "gen_ai.conversation.id": "conv",
        },
    )
    metadata = {"plan": "pro", "chat": "c1", "step": "2", "conversation_id": "conv"}
    assert (span.tags, span.metadata) == (("beta", "eu"), metadata)


def test_streamed_pieces_are_chunks(tmp_path):
    events = [{"timeUnixNano": str(START_NS + 1), "name": "gen_ai.content.completion.chunk"}]
    assert [event.type for event in one_span(tmp_path, attributes=LLM, events=events).events][1] == "chunk"


def test_requests_an_sdk_sent_again_are_retries(tmp_path):
    trace = load(tmp_path, otlp(otlp_span(1, attributes=LLM | {"http.request.resend_count": 2})))
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered) == (3, True)


@pytest.mark.parametrize("attribute", ["langfuse.observation.level", "gen_ai.tool.status"])
def test_a_failure_may_be_an_attribute(tmp_path, attribute):
    assert one_span(tmp_path, attributes={attribute: "error"}).status == "error"


def test_copies_of_running_spans_that_logfire_exports_are_left_out(tmp_path):
    pending = otlp_span(2, parent=1, attributes={"logfire.span_type": "pending_span"})
    assert len(load(tmp_path, otlp(otlp_span(1), pending))) == 1
