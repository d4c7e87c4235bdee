"""Adapters: each records one framework, imports no other adapter, and is switched on when its framework is imported."""

FRAMEWORKS = frozenset(
    {
        "agents",
        "anthropic",
        "groq",
        "langchain_core",
        "langfuse",
        "langgraph",
        "mcp",
        "openai",
        "opentelemetry",
        "pydantic_ai",
        "timbal",
        "together",
        "tracellm",
        "tracium",
    }
)
"""The packages of the registry that make spans; those that only order spans are hooked when something is recorded."""
