"""Each convention's words for what a span is."""

from __future__ import annotations

import pytest

from tests.conventions.words import LLM, read


@pytest.mark.parametrize(
    ("attributes", "type"),
    [
        ({"gen_ai.operation.name": "chat"}, "llm"),
        ({"gen_ai.operation.name": "text_completion"}, "llm"),
        ({"gen_ai.operation.name": "generate_content"}, "llm"),
        ({"gen_ai.operation.name": "fetch_response"}, "llm"),
        ({"gen_ai.operation.name": "embeddings"}, "embedding"),
        ({"gen_ai.operation.name": "execute_tool"}, "tool"),
        ({"gen_ai.operation.name": "invoke_agent"}, "agent"),
        ({"gen_ai.operation.name": "create_agent"}, "agent"),
        ({"gen_ai.operation.name": "invoke_workflow"}, "workflow"),
        ({"gen_ai.operation.name": "plan"}, "plan"),
        ({"gen_ai.operation.name": "retrieval"}, "retrieval"),
        ({"gen_ai.operation.name": "search_memory"}, "memory"),
        ({"gen_ai.operation.name": "create_memory_store"}, "memory"),
        ({"openinference.span.kind": "LLM"}, "llm"),
        ({"openinference.span.kind": "TOOL"}, "tool"),
        ({"openinference.span.kind": "RETRIEVER"}, "retrieval"),
        ({"openinference.span.kind": "EMBEDDING"}, "embedding"),
        ({"openinference.span.kind": "CHAIN"}, "chain"),
        ({"openinference.span.kind": "RERANKER"}, "reranker"),
        ({"openinference.span.kind": "GUARDRAIL"}, "guardrail"),
        ({"openinference.span.kind": "EVALUATOR"}, "evaluator"),
        ({"openinference.span.kind": "PROMPT"}, "prompt"),
        ({"openinference.span.kind": "UNKNOWN"}, "span"),
        ({"traceloop.span.kind": "workflow"}, "workflow"),
        ({"traceloop.span.kind": "task"}, "task"),
        ({"llm.request.type": "completion"}, "llm"),
        ({"llm.request.type": "rerank"}, "reranker"),
        ({"langfuse.observation.type": "generation"}, "llm"),
        ({"langfuse.observation.type": "retriever"}, "retrieval"),
        ({"langfuse.observation.type": "span"}, "span"),
        ({"mlflow.spanType": '"CHAT_MODEL"'}, "llm"),
        ({"mlflow.spanType": '"PARSER"'}, "parser"),
        ({"mlflow.spanType": '"MEMORY"'}, "memory"),
        ({"ai.operationId": "ai.generateText"}, "agent"),
        ({"ai.operationId": "ai.streamText.doStream"}, "llm"),
        ({"ai.operationId": "ai.embed.doEmbed"}, "embedding"),
        ({"ai.operationId": "ai.toolCall"}, "tool"),
        ({"mcp.method.name": "tools/call"}, "tool"),
        ({"mcp.method.name": "tools/list"}, "mcp"),
        ({"gen_ai.tool.name": "x"}, "tool"),
        ({"gen_ai.request.model": "x"}, "llm"),
        ({"agent_name": "x"}, "agent"),
        ({"http.request.method": "GET"}, "http"),
        ({"http.method": "GET"}, "http"),
        ({"db.system.name": "postgresql"}, "db"),
        ({"db.system": "postgresql"}, "db"),
        ({"anything": "else"}, "span"),
        ({"gen_ai.operation.name": ""}, "span"),
    ],
)
def test_each_convention_tells_the_type(attributes, type):
    assert read(attributes).type == type


@pytest.mark.parametrize(
    ("stronger", "weaker", "type"),
    [
        ({"gen_ai.operation.name": "chat"}, {"openinference.span.kind": "CHAIN"}, "llm"),
        ({"openinference.span.kind": "LLM"}, {"traceloop.span.kind": "task"}, "llm"),
        ({"traceloop.span.kind": "tool"}, {"langfuse.observation.type": "span"}, "tool"),
        ({"langfuse.observation.type": "agent"}, {"mlflow.spanType": '"CHAIN"'}, "agent"),
        ({"mlflow.spanType": '"TOOL"'}, {"ai.operationId": "ai.generateText"}, "tool"),
        ({"ai.operationId": "ai.toolCall"}, {"llm.request.type": "chat"}, "tool"),
        ({"llm.request.type": "chat"}, {"mcp.method.name": "tools/call"}, "llm"),
        ({"mcp.method.name": "tools/list"}, {"gen_ai.tool.name": "x"}, "mcp"),
        ({"gen_ai.tool.name": "x"}, {"gen_ai.request.model": "x"}, "tool"),
        ({"anthropic.message.count_tokens.input_tokens": 3}, {"gen_ai.request.model": "x"}, "http"),
        ({"gen_ai.request.model": "x"}, {"http.request.method": "POST"}, "llm"),
    ],
)
def test_the_convention_nearer_to_the_program_tells_the_type(stronger, weaker, type):
    assert read(weaker | stronger).type == type


@pytest.mark.parametrize(
    ("name", "attributes", "ours"),
    [
        ("execute_tool get_weather", {"gen_ai.operation.name": "execute_tool"}, "get_weather"),
        ("running tool", {"gen_ai.tool.name": "get_weather"}, "get_weather"),
        ("Tool", {"openinference.span.kind": "TOOL", "tool.name": "get_weather"}, "get_weather"),
        ("get_weather.tool", {"traceloop.span.kind": "tool", "traceloop.entity.name": "get_weather"}, "get_weather"),
        ("ai.toolCall", {"ai.operationId": "ai.toolCall", "ai.toolCall.name": "get_weather"}, "get_weather"),
        ("tools/call", {"mcp.method.name": "tools/call", "gen_ai.tool.name": "get_weather"}, "get_weather"),
        ("agent run", {"agent_name": "weather"}, "weather"),
        ("invoke_agent", {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "weather"}, "weather"),
        ("Agent", {"openinference.span.kind": "AGENT", "agent.name": "weather"}, "weather"),
        ("run", {"gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": "weather"}, "weather"),
        ("get", {"openinference.span.kind": "PROMPT", "gen_ai.prompt.name": "weather"}, "weather"),
        ("chat gpt-4o", LLM | {"gen_ai.agent.name": "weather"}, "gpt-4o"),
        ("ChatCompletion", {"openinference.span.kind": "LLM"}, "ChatCompletion"),
        ("GET /weather", {"http.request.method": "GET"}, "GET /weather"),
    ],
)
def test_a_span_is_named_for_what_was_called(name, attributes, ours):
    assert read(attributes, name=name).name == ours


@pytest.mark.parametrize("attribute", ["gen_ai.tool.call.id", "tool.id", "tool_call.id", "ai.toolCall.id"])
def test_a_tool_call_has_the_id_by_which_the_model_asked_for_it(attribute):
    assert read({"gen_ai.tool.name": "get_weather", attribute: "call_1"}).call_id == "call_1"
    assert read(LLM | {attribute: "call_1"}).call_id is None


@pytest.mark.parametrize(
    ("attributes", "model"),
    [
        ({"gen_ai.request.model": "gpt-4o", "gen_ai.response.model": "gpt-4o-2024"}, "gpt-4o-2024"),
        ({"gen_ai.request.model": "gpt-4o", "gen_ai.system": "openai"}, "openai/gpt-4o"),
        ({"gen_ai.request.model": "x", "gen_ai.provider.name": "anthropic", "gen_ai.system": "y"}, "anthropic/x"),
        ({"llm.model_name": "gpt-4o", "llm.provider": "azure", "llm.system": "openai"}, "azure/gpt-4o"),
        ({"embedding.model_name": "ada", "llm.system": "openai"}, "openai/ada"),
        ({"llm.response.model_name": "b", "llm.request.model_name": "a"}, "b"),
        ({"llm.request.model_name": "a"}, "a"),
        ({"ai.model.id": "gpt-4o", "ai.model.provider": "openai.chat"}, "openai/gpt-4o"),
        ({"langfuse.observation.model.name": "gpt-4o"}, "gpt-4o"),
        ({"mlflow.llm.model": '"gpt-4o"', "mlflow.llm.provider": '"openai"'}, "openai/gpt-4o"),
        ({"gen_ai.request.model": "meta/llama", "gen_ai.provider.name": "groq"}, "meta/llama"),
        ({"gen_ai.provider.name": "groq"}, None),
    ],
)
def test_each_convention_names_the_model(attributes, model):
    assert read(attributes).model == model
