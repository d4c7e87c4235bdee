"""The attribute names of a dozen conventions, as one table: what to look for, best first.

GenAI conventions moved and broke several times; files hold every generation of them. Besides those: OpenInference,
OpenLLMetry, pydantic-ai, Vercel's AI SDK, langfuse, MLflow, Google ADK. A pair is a field inside an attribute.
"""

from __future__ import annotations

Key = str | tuple[str, str]

_LF = "langfuse.observation"
_ML_USAGE = "mlflow.chat.tokenUsage"

KIND: tuple[Key, ...] = (
    "gen_ai.operation.name",
    "openinference.span.kind",
    "traceloop.span.kind",
    f"{_LF}.type",
    "mlflow.spanType",
    "ai.operationId",
    "llm.request.type",
)

TYPES = {
    "chat": "llm",
    "text_completion": "llm",
    "completion": "llm",
    "generate_content": "llm",
    "fetch_response": "llm",
    "generation": "llm",
    "chat_model": "llm",
    "ai.generatetext.dogenerate": "llm",
    "ai.streamtext.dostream": "llm",
    "ai.generateobject.dogenerate": "llm",
    "ai.streamobject.dostream": "llm",
    "ai.generatetext": "agent",
    "ai.streamtext": "agent",
    "ai.generateobject": "agent",
    "ai.streamobject": "agent",
    "ai.toolcall": "tool",
    "ai.embed": "chain",
    "ai.embedmany": "chain",
    "ai.embed.doembed": "embedding",
    "ai.embedmany.doembed": "embedding",
    "embeddings": "embedding",
    "execute_tool": "tool",
    "invoke_agent": "agent",
    "create_agent": "agent",
    "invoke_workflow": "workflow",
    "retriever": "retrieval",
    "rerank": "reranker",
    "unknown": "span",
}
"""Kinds whose canonical type has another name; any other kind is its own type."""

HINTS: tuple[tuple[str, str], ...] = (
    ("gen_ai.tool.name", "tool"),
    ("gen_ai.request.model", "llm"),
    ("agent_name", "agent"),
    ("http.request.method", "http"),
    ("http.method", "http"),
    ("db.system.name", "db"),
    ("db.system", "db"),
)
"""Attributes that tell the type of a span that does not say its kind."""

NAMES: dict[str, tuple[Key, ...]] = {
    "tool": ("gen_ai.tool.name", "tool.name", "tool_call.function.name", "ai.toolCall.name", "traceloop.entity.name"),
    "agent": ("gen_ai.agent.name", "agent.name", "agent_name", "traceloop.entity.name", "ai.telemetry.functionId"),
    "workflow": ("gen_ai.workflow.name", "traceloop.entity.name"),
    "task": ("traceloop.entity.name",),
}
"""What a span of some type is the call of."""

MODEL: tuple[Key, ...] = (
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.model_name",
    "embedding.model_name",
    "llm.response.model_name",
    "llm.request.model_name",
    "ai.response.model",
    "ai.model.id",
    f"{_LF}.model.name",
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

_U = "gen_ai.usage"
_T = "llm.token_count"

TOKENS: dict[str, tuple[Key, ...]] = {
    "input_tokens": (
        f"{_U}.input_tokens",
        f"{_U}.prompt_tokens",
        f"{_T}.prompt",
        "llm.usage.prompt_tokens",
        "ai.usage.inputTokens",
        "ai.usage.promptTokens",
        "ai.usage.tokens",
        (f"{_LF}.usage_details", "input"),
        (_ML_USAGE, "input_tokens"),
    ),
    "output_tokens": (
        f"{_U}.output_tokens",
        f"{_U}.completion_tokens",
        f"{_T}.completion",
        "llm.usage.completion_tokens",
        "ai.usage.outputTokens",
        "ai.usage.completionTokens",
        (f"{_LF}.usage_details", "output"),
        (_ML_USAGE, "output_tokens"),
    ),
    "cached_input_tokens": (
        f"{_U}.cache_read.input_tokens",
        f"{_U}.cache_read_input_tokens",
        f"{_T}.prompt_details.cache_read",
        f"{_U}.details.cache_read_tokens",
        "ai.usage.cachedInputTokens",
    ),
    "cache_creation_input_tokens": (
        f"{_U}.cache_write.input_tokens",
        f"{_U}.cache_creation.input_tokens",
        f"{_U}.cache_creation_input_tokens",
        f"{_U}.cache_write_input_tokens",
        f"{_U}.details.cache_write_tokens",
        f"{_T}.prompt_details.cache_write",
    ),
    "reasoning_tokens": (
        f"{_U}.reasoning.output_tokens",
        f"{_U}.reasoning_tokens",
        f"{_T}.completion_details.reasoning",
        f"{_U}.details.reasoning_tokens",
        "ai.usage.reasoningTokens",
    ),
    "total_tokens": (
        f"{_U}.total_tokens",
        "llm.usage.total_tokens",
        f"{_T}.total",
        "ai.usage.totalTokens",
        (f"{_LF}.usage_details", "total"),
        (_ML_USAGE, "total_tokens"),
    ),
}

OTHER_UNITS: dict[str, tuple[Key, ...]] = {
    "input_audio_tokens": (f"{_U}.audio.input_tokens", f"{_T}.prompt_details.audio"),
    "output_audio_tokens": (f"{_U}.audio.output_tokens", f"{_T}.completion_details.audio"),
    "input_image_tokens": (f"{_U}.image.input_tokens",),
    "output_image_tokens": (f"{_U}.image.output_tokens",),
}

COST: tuple[Key, ...] = (
    "operation.cost",
    "llm.cost.total",
    f"{_U}.cost",
    ("mlflow.llm.cost", "total_cost"),
    (f"{_LF}.cost_details", "total"),
)

_ANY_INPUT: tuple[Key, ...] = ("input.value", "traceloop.entity.input", "mlflow.spanInputs", f"{_LF}.input")
_ANY_OUTPUT: tuple[Key, ...] = ("output.value", "traceloop.entity.output", "mlflow.spanOutputs", f"{_LF}.output")

INPUTS: dict[str, tuple[Key, ...]] = {
    "tool": (
        "gen_ai.tool.call.arguments",
        "tool_arguments",
        "ai.toolCall.args",
        "gcp.vertex.agent.tool_call_args",
        *_ANY_INPUT,
        "tool.parameters",
    ),
    "retrieval": ("gen_ai.retrieval.query.text", *_ANY_INPUT),
    "other": (
        "gen_ai.input.messages",
        "pydantic_ai.all_messages",
        "llm.input_messages.*.message",
        "gen_ai.prompt.*",
        "event:gen_ai.message",
        "ai.prompt.messages",
        "ai.prompt",
        "embedding.embeddings.*.embedding",
        *_ANY_INPUT,
        "request_data",
    ),
}
"""Where a type keeps its input. `a.*.b` gathers `a.0.b.c`, `a.1.b.c`, ... into a list; `event:` looks at events."""

OUTPUTS: dict[str, tuple[Key, ...]] = {
    "tool": (
        "gen_ai.tool.call.result",
        "tool_response",
        "ai.toolCall.result",
        "gcp.vertex.agent.tool_response",
        *_ANY_OUTPUT,
    ),
    "retrieval": (
        "gen_ai.retrieval.documents",
        "retrieval.documents.*.document",
        "reranker.output_documents.*.document",
        *_ANY_OUTPUT,
    ),
    "other": (
        "gen_ai.output.messages",
        "final_result",
        "llm.output_messages.*.message",
        "gen_ai.completion.*",
        "event:gen_ai.choice",
        "ai.response.text",
        "ai.response.object",
        "ai.response.toolCalls",
        "ai.result.text",
        "ai.result.object",
        *_ANY_OUTPUT,
        "response_data",
    ),
}

TAGS: tuple[Key, ...] = ("tag.tags", "langfuse.trace.tags")

METADATA: tuple[Key, ...] = ("metadata",)
"""Attributes that are a whole mapping of metadata."""

METADATA_PREFIXES = (
    f"{_LF}.metadata.",
    "traceloop.association.properties.",
    "mlflow.traceTag.",
    "ai.telemetry.metadata.",
)

METADATA_NAMES = {
    "gen_ai.conversation.id": "conversation_id",
    "session.id": "session_id",
    "user.id": "user_id",
    "gen_ai.data_source.id": "data_source_id",
}

CHUNKS = frozenset({"First Token Stream Event", "ai.stream.firstChunk", "gen_ai.content.completion.chunk"})
"""Events that tell of a streamed piece."""
