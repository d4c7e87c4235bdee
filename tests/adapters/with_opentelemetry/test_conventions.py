"""One program, told by real spans in the words of each convention: the same tree comes out of all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from opentelemetry import trace as api

TRACER = api.get_tracer("instrumentor")

ASKED = [{"role": "user", "content": "Weather in Paris?"}]
ANSWER = "Rain."


def dumped(value: Any) -> str:
    return json.dumps(value)


GEN_AI_TOOL = {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "forecast",
    "gen_ai.tool.call.id": "c1",
}
VALUES = {"input.value": dumped({"city": "Paris"}), "output.value": dumped({"rain": True})}
CHAT_BEFORE_1_37 = {
    "gen_ai.system": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.prompt.0.role": "user",
    "gen_ai.prompt.0.content": "Weather in Paris?",
    "gen_ai.completion.0.role": "assistant",
    "gen_ai.completion.0.content": ANSWER,
    "gen_ai.usage.cache_read_input_tokens": 3,
}

CONVENTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "GenAI": {
        "agent": {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "weather"},
        "tool": {
            **GEN_AI_TOOL,
            "gen_ai.tool.call.arguments": dumped({"city": "Paris"}),
            "gen_ai.tool.call.result": dumped({"rain": True}),
        },
        "llm": {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "gpt-4o",
            "gen_ai.input.messages": dumped(ASKED),
            "gen_ai.output.messages": dumped([{"role": "assistant", "content": ANSWER}]),
            "gen_ai.usage.input_tokens": 10,
            "gen_ai.usage.output_tokens": 4,
            "gen_ai.usage.cache_read.input_tokens": 3,
        },
    },
    "GenAI before 1.37": {
        "agent": {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "weather"},
        "tool": {
            **GEN_AI_TOOL,
            **VALUES,
        },
        "llm": {
            "gen_ai.operation.name": "chat",
            **CHAT_BEFORE_1_37,
            "gen_ai.usage.prompt_tokens": 10,
            "gen_ai.usage.completion_tokens": 4,
        },
    },
    "OpenInference": {
        "agent": {"openinference.span.kind": "AGENT", "agent.name": "weather"},
        "tool": {
            "openinference.span.kind": "TOOL",
            "tool.name": "forecast",
            "tool_call.id": "c1",
            **VALUES,
        },
        "llm": {
            "openinference.span.kind": "LLM",
            "llm.provider": "openai",
            "llm.model_name": "gpt-4o",
            "llm.input_messages.0.message.role": "user",
            "llm.input_messages.0.message.content": "Weather in Paris?",
            "llm.output_messages.0.message.role": "assistant",
            "llm.output_messages.0.message.content": ANSWER,
            "llm.token_count.prompt": 10,
            "llm.token_count.completion": 4,
            "llm.token_count.prompt_details.cache_read": 3,
        },
    },
    "OpenLLMetry": {
        "agent": {"traceloop.span.kind": "agent", "traceloop.entity.name": "weather"},
        "tool": {
            "traceloop.span.kind": "tool",
            "traceloop.entity.name": "forecast",
            "gen_ai.tool.call.id": "c1",
            "traceloop.entity.input": dumped({"city": "Paris"}),
            "traceloop.entity.output": dumped({"rain": True}),
        },
        "llm": {
            "llm.request.type": "chat",
            **CHAT_BEFORE_1_37,
            "llm.usage.prompt_tokens": 10,
            "llm.usage.completion_tokens": 4,
        },
    },
    "Langfuse": {
        "agent": {"langfuse.observation.type": "agent"},
        "tool": {
            "langfuse.observation.type": "tool",
            "gen_ai.tool.call.id": "c1",
            "langfuse.observation.input": dumped({"city": "Paris"}),
            "langfuse.observation.output": dumped({"rain": True}),
        },
        "llm": {
            "langfuse.observation.type": "generation",
            "gen_ai.system": "openai",
            "langfuse.observation.model.name": "gpt-4o",
            "langfuse.observation.input": dumped(ASKED),
            "langfuse.observation.output": dumped([{"role": "assistant", "content": ANSWER}]),
            "langfuse.observation.usage_details": dumped({"input": 7, "output": 4, "input_cached_tokens": 3}),
        },
    },
    "MLflow": {
        "agent": {"mlflow.spanType": dumped("AGENT")},
        "tool": {
            "mlflow.spanType": dumped("TOOL"),
            "gen_ai.tool.call.id": "c1",
            "mlflow.spanInputs": dumped({"city": "Paris"}),
            "mlflow.spanOutputs": dumped({"rain": True}),
        },
        "llm": {
            "mlflow.spanType": dumped("CHAT_MODEL"),
            "mlflow.llm.provider": "openai",
            "mlflow.llm.model": "gpt-4o",
            "mlflow.spanInputs": dumped(ASKED),
            "mlflow.spanOutputs": dumped([{"role": "assistant", "content": ANSWER}]),
            "mlflow.chat.tokenUsage": dumped(
                {"input_tokens": 10, "output_tokens": 4, "total_tokens": 14, "cache_read_input_tokens": 3}
            ),
        },
    },
    "Vercel": {
        "agent": {"ai.operationId": "ai.generateText", "ai.telemetry.functionId": "weather"},
        "tool": {
            "ai.operationId": "ai.toolCall",
            "ai.toolCall.name": "forecast",
            "ai.toolCall.id": "c1",
            "ai.toolCall.args": dumped({"city": "Paris"}),
            "ai.toolCall.result": dumped({"rain": True}),
        },
        "llm": {
            "ai.operationId": "ai.generateText.doGenerate",
            "ai.model.provider": "openai.chat",
            "ai.model.id": "gpt-4o",
            "ai.prompt.messages": dumped(ASKED),
            "ai.response.text": ANSWER,
            "ai.usage.inputTokens": 10,
            "ai.usage.outputTokens": 4,
            "ai.usage.cachedInputTokens": 3,
        },
    },
}


@pytest.fixture(params=["at the start", "at the end"])
def told(request, provider):
    """Start spans of a provider or of none, with their attributes at once or later."""
    tracer = provider.get_tracer("instrumentor") if request.param == "at the start" else TRACER

    def start(name, attributes):
        if request.param == "at the start":
            return tracer.start_as_current_span(name, attributes=attributes)
        return _later(tracer, name, attributes)

    return start


class _later:  # noqa: N801
    """A span that is told its attributes before it ends."""

    def __init__(self, tracer, name, attributes):
        self.span, self.attributes = tracer.start_as_current_span(name), attributes

    def __enter__(self):
        self.current = self.span.__enter__()

    def __exit__(self, *error):
        self.current.set_attributes(self.attributes)
        return self.span.__exit__(*error)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_convention_gives_the_same_tree(trace, told, convention):
    words = CONVENTIONS[convention]
    with told("weather", words["agent"]):
        with told("forecast", words["tool"]):
            pass
        with told("gpt-4o", words["llm"]):
            pass
    assert [line.split(" {")[0].split(" [")[0] for line in str(trace).splitlines()][:2] == [
        "agent weather",
        "├─ tool forecast",
    ]
    tool, [call] = trace.one("forecast"), trace.llms
    assert (tool.input, tool.output) == ({"city": "Paris"}, {"rain": True})
    assert call.model == "openai/gpt-4o"
    assert (call.usage.input_tokens, call.usage.output_tokens) == (10, 4)
    assert "Weather in Paris?" in str(call.input)
    assert ANSWER in str(call.output)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_tokens_of_a_cache_are_told_by_every_convention(trace, told, convention):
    with told("gpt-4o", CONVENTIONS[convention]["llm"]):
        pass
    assert trace.usage.cached_input_tokens == 3


def test_the_id_by_which_a_model_asked_is_the_id_of_the_call(trace, told):
    for _ in range(2):
        with told("execute_tool forecast", CONVENTIONS["GenAI"]["tool"]), TRACER.start_as_current_span("look"):
            pass
    assert (trace["c1"].name, trace["c1#2"].name) == ("forecast", "forecast")
    assert trace["c1"].children.names == ["look"]


def test_usage_that_agents_repeat_of_their_calls_is_not_counted(trace):
    with TRACER.start_as_current_span("agent", attributes=CONVENTIONS["GenAI"]["agent"]) as agent:
        TRACER.start_span("chat gpt-4o", attributes=CONVENTIONS["GenAI"]["llm"]).end()
        agent.set_attributes({"gen_ai.usage.input_tokens": 10, "gen_ai.aggregated_usage.input_tokens": 10})
    assert trace.usage.input_tokens == 10


def test_retrievals_databases_and_requests_have_their_types(trace):
    retrieval = {"openinference.span.kind": "RETRIEVER", "input.value": "umbrella"}
    retrieval |= {"retrieval.documents.0.document.content": "Take one."}
    TRACER.start_span("search", attributes=retrieval).end()
    TRACER.start_span("SELECT", attributes={"db.system.name": "sqlite", "db.query.text": "SELECT 1"}).end()
    TRACER.start_span("GET", attributes={"http.request.method": "GET", "url.full": "http://shop"}).end()
    assert [(span.type, span.input) for span in trace.spans] == [
        ("retrieval", "umbrella"),
        ("db", "SELECT 1"),
        ("http", "http://shop"),
    ]
    assert trace.retrievals[0].output == [{"content": "Take one."}]
