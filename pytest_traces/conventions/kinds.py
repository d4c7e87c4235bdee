"""Reads type, name, model and tool call id of a span from the attributes of each convention.

It knows the GenAI conventions (all versions), OpenInference, OpenLLMetry, pydantic-ai, Vercel's AI SDK, Langfuse,
MLflow, MCP, HTTP and databases. The first attribute with a value wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_traces.conventions.lookup import Key, text

KIND: tuple[Key, ...] = (
    "gen_ai.operation.name",
    "openinference.span.kind",
    "traceloop.span.kind",
    "langfuse.observation.type",
    "mlflow.spanType",
    "ai.operationId",
    "llm.request.type",
)

OPERATIONS = {
    "chat": "llm",
    "text_completion": "llm",
    "generate_content": "llm",
    "fetch_response": "llm",
    "embeddings": "embedding",
    "execute_tool": "tool",
    "invoke_agent": "agent",
    "create_agent": "agent",
    "invoke_workflow": "workflow",
    "retrieval": "retrieval",
    "plan": "plan",
}
"""Operations of the GenAI conventions and their types; export uses the first one of each type."""

TYPES = {
    **OPERATIONS,
    "completion": "llm",
    "generation": "llm",
    "chat_model": "llm",
    "ai.generatetext": "agent",
    "ai.generatetext.dogenerate": "llm",
    "ai.streamtext": "agent",
    "ai.streamtext.dostream": "llm",
    "ai.generateobject": "agent",
    "ai.generateobject.dogenerate": "llm",
    "ai.streamobject": "agent",
    "ai.streamobject.dostream": "llm",
    "ai.toolcall": "tool",
    "ai.embed": "chain",
    "ai.embed.doembed": "embedding",
    "ai.embedmany": "chain",
    "ai.embedmany.doembed": "embedding",
    "retriever": "retrieval",
    "rerank": "reranker",
    "unknown": "span",
}
"""Kinds with another name for their type; any other kind is its own type."""

HINTS: tuple[tuple[str, str], ...] = (
    ("gen_ai.tool.name", "tool"),
    ("anthropic.message.count_tokens.input_tokens", "http"),
    ("gen_ai.request.model", "llm"),
    ("agent_name", "agent"),
    ("http.request.method", "http"),
    ("http.method", "http"),
    ("db.system.name", "db"),
    ("db.system", "db"),
)
"""Attributes that imply the type of a span without a kind."""

NAMES: dict[str, tuple[Key, ...]] = {
    "tool": ("gen_ai.tool.name", "tool.name", "tool_call.function.name", "ai.toolCall.name", "traceloop.entity.name"),
    "agent": ("gen_ai.agent.name", "agent.name", "agent_name", "traceloop.entity.name", "ai.telemetry.functionId"),
    "workflow": ("gen_ai.workflow.name", "traceloop.entity.name"),
    "task": ("traceloop.entity.name",),
    "prompt": ("gen_ai.prompt.name",),
}
"""The attributes that hold the name of the called tool, agent or model, by type."""

TOOL_CALL_ID: tuple[Key, ...] = ("gen_ai.tool.call.id", "tool_call.id", "tool.id", "ai.toolCall.id")

MODEL: tuple[Key, ...] = (
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.model_name",
    "embedding.model_name",
    "llm.response.model_name",
    "llm.request.model_name",
    "ai.response.model",
    "ai.model.id",
    "langfuse.observation.model.name",
    "mlflow.llm.model",
)

PROVIDER: tuple[Key, ...] = (
    "gen_ai.provider.name",
    "gen_ai.system",
    "llm.provider",
    "llm.system",
    "ai.model.provider",
    "mlflow.llm.provider",
)


def span_type(attributes: Mapping[str, Any]) -> str:
    """Return the type of a span; `span` if no attribute names or implies another."""
    kind = text(attributes, KIND)
    if kind is not None:
        name = kind.lower()
        return "memory" if "memory" in name else TYPES.get(name, name)
    if "mcp.method.name" in attributes:
        return "tool" if attributes["mcp.method.name"] == "tools/call" else "mcp"
    return next((type for name, type in HINTS if name in attributes), "span")


def span_name(name: str, attributes: Mapping[str, Any], type: str) -> str:
    """Return the name of the called tool, agent or model: `get_weather` for a span `execute_tool get_weather`."""
    called = text(attributes, NAMES.get(type, ()))
    if called is not None:
        return called
    operation = attributes.get("gen_ai.operation.name")
    return name.removeprefix(f"{operation} ") if operation else name


def tool_call_id(attributes: Mapping[str, Any], type: str) -> str | None:
    """Return the id of this tool call in the message of the model."""
    return text(attributes, TOOL_CALL_ID) if type == "tool" else None


def model_name(attributes: Mapping[str, Any]) -> str | None:
    """Return `provider/model`, or the model alone if its provider is unknown or already part of the name."""
    model, provider = text(attributes, MODEL), text(attributes, PROVIDER)
    if model is None:
        return None
    if provider is None or "/" in model:
        return model
    if "ai.model.provider" in attributes:  # Vercel's SDK names the API too: `openai.chat`
        provider = provider.partition(".")[0]
    return f"{provider}/{model}"
