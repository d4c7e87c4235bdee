"""Every built-in adapter, as data: this module imports no adapter and no framework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

GROUP = "pytest_traces.adapters"
"""The entry point group in which other packages register an `Adapter`."""


class Adapter(NamedTuple):
    """Facts about a framework that are known before it is imported.

    Functions are named as `"package.module:function"` and imported when they are needed.
    """

    name: str
    """The `source` of the spans it records."""
    distribution: str
    """The name of the framework for `pip install`."""
    verified: str
    """The oldest and the newest version the contract ran on, as in `"2.8..2.9"`."""
    hooks: Mapping[str, str]
    """Module whose import switches a hook on -> the hook, a function of `(Patches, Source)`."""
    records: str | None = ""
    """What makes spans, and what makes none: part of the message if a test recorded nothing.

    `None` for an adapter that records no spans, only their order.
    """
    reset: str | None = None
    """A function of no arguments that resets what the framework keeps from the last test."""
    around_import: str | None = None
    """A function of the module that is about to run: a context manager around its import."""
    entrances: tuple[str, ...] = ()
    """Public functions that run a program, as in `"agents.run:Runner.run"`.

    If a hook is gone, a test that calls one of them fails, because the call was not recorded.
    """
    shadows: tuple[str, ...] = ()
    """Prefixes of OpenTelemetry instrumentation scopes whose spans repeat what this adapter records.

    `"llm:com.example"` names only the spans of a type.
    """
    environment: Mapping[str, str] = MappingProxyType({})
    """Environment variables that make the framework record content; values of the user stay."""


def _stainless(
    name: str, verified: str, hooks: Mapping[str, str] | None = None, scopes: tuple[str, ...] = ()
) -> Adapter:
    """Return the entry of an SDK that Stainless generates: they differ in little more than their names."""
    room, client = "pytest_traces.adapters.stainless", f"{name}._base_client"
    scopes = (f"openinference.instrumentation.{name}", f"opentelemetry.instrumentation.{name}", *scopes)
    return Adapter(
        name=name,
        distribution=name,
        verified=verified,
        records="requests of its clients; a mock in place of a client sends none",
        hooks={client: f"{room}.hooks:watch", **{module: f"{room}.{hook}" for module, hook in (hooks or {}).items()}},
        entrances=(f"{client}:SyncAPIClient.post", f"{client}:AsyncAPIClient.post"),
        shadows=tuple(f"{type}:{scope}" for scope in scopes for type in ("llm", "embedding")),
    )


ADAPTERS: tuple[Adapter, ...] = (
    _stainless(
        "anthropic",
        "2.0..2.12",
        hooks={"anthropic.lib.tools._beta_functions": "anthropic_tools:watch"},
        scopes=("com.anthropic.sdk.python", "logfire.anthropic"),
    ),
    Adapter(
        name="anyio",
        distribution="anyio",
        verified="4.4..4.16",
        records=None,
        hooks={
            "anyio._backends._asyncio": "pytest_traces.adapters.anyio.tasks:watch",
            "anyio.streams.memory": "pytest_traces.adapters.anyio.streams:watch",
        },
    ),
    _stainless("groq", "1.7..1.7"),
    _stainless(
        "openai",
        "3.0..3.54",
        hooks={
            "openai.lib.responses_tool_runner": "openai_tools:watch",
            "openai.lib.streaming.chat._completions": "hooks:watch_chat_streams",
            "openai.lib.streaming.responses._responses": "hooks:watch_response_streams",
        },
        scopes=("opentelemetry.instrumentation.genai.openai", "logfire.openai"),
    ),
    Adapter(
        name="langchain",
        distribution="langchain-core",
        verified="1.2..1.8",
        hooks={
            "langchain_core.tracers.context": "pytest_traces.adapters.langchain.hooks:watch_callbacks",
            "langchain_core.runnables.config": "pytest_traces.adapters.langchain.hooks:watch_contexts",
            "langchain_core.retrievers": "pytest_traces.adapters.langchain.hooks:watch_retrievers",
            "langchain_core.runnables.retry": "pytest_traces.adapters.langchain.hooks:watch_retries",
            "langchain_core.language_models.chat_models": "pytest_traces.adapters.langchain.hooks:watch_models",
            "langchain_core.language_models.llms": "pytest_traces.adapters.langchain.hooks:watch_text_models",
            "langchain_core.tools.base": "pytest_traces.adapters.langchain.hooks:watch_tools",
            "langchain_core.runnables.base": "pytest_traces.adapters.langchain.streams:watch",
            "langgraph._internal._runnable": "pytest_traces.adapters.langchain.hooks:watch_graph_contexts",
            "langgraph.prebuilt.tool_node": "pytest_traces.adapters.langchain.graphs.unknown_tools:watch",
            "langgraph.pregel._runner": "pytest_traces.adapters.langchain.graphs.futures:watch",
        },
        records="invoke, stream and batch of runnables, graphs, models, tools and retrievers",
        entrances=("langchain_core.runnables.base:Runnable.invoke",),
        shadows=("openinference.instrumentation.langchain", "opentelemetry.instrumentation.langchain", "langsmith"),
    ),
    Adapter(
        name="mcp",
        distribution="mcp",
        verified="1.26..2.3",
        hooks={"mcp.client.session": "pytest_traces.adapters.mcp.hooks:watch"},
        records="calls of tools by sessions of clients; a server's own work makes none",
        entrances=("mcp.client.session:ClientSession.call_tool",),
        shadows=("tool:fastmcp", "tool:mcp-python-sdk"),
    ),
    Adapter(
        name="openai_agents",
        distribution="openai-agents",
        verified="0.22..0.24",
        records="runs of Runner, and calls of models",
        hooks={
            "agents": "pytest_traces.adapters.openai_agents.hooks:watch",
            "agents.mcp.server": "pytest_traces.adapters.openai_agents.servers:watch",
        },
        entrances=("agents.run:Runner.run", "agents.run:Runner.run_sync", "agents.run:Runner.run_streamed"),
        shadows=("openinference.instrumentation.openai_agents", "opentelemetry.instrumentation.openai_agents"),
    ),
    Adapter(
        name="opentelemetry",
        distribution="opentelemetry-api",
        verified="1.32..1.45",
        hooks={
            "opentelemetry.trace": "pytest_traces.adapters.opentelemetry.api:watch",
            "opentelemetry.sdk.trace": "pytest_traces.adapters.opentelemetry.sdk:watch",
            "opentelemetry._logs": "pytest_traces.adapters.opentelemetry.logs:watch",
            "opentelemetry.sdk._logs": "pytest_traces.adapters.opentelemetry.logs:watch_sdk",
            "langfuse.langchain.CallbackHandler": "pytest_traces.adapters.opentelemetry.langfuse:watch",
        },
        records="spans of tracers, with any provider or none; a NoOpTracerProvider makes none",
        entrances=("opentelemetry.trace:ProxyTracer.start_span", "opentelemetry.trace:use_span"),
        environment={"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "span_and_event"},
    ),
    Adapter(
        name="pydantic_ai",
        distribution="pydantic-ai-slim",
        verified="2.63..2.68",
        records="runs of agents, calls of models, embeddings",
        hooks={"pydantic_ai.agent": "pytest_traces.adapters.pydantic_ai.hooks:watch"},
        entrances=(
            "pydantic_ai.agent:Agent.iter",
            "pydantic_ai.agent.abstract:AbstractAgent.run",
            "pydantic_ai.agent.abstract:AbstractAgent.run_sync",
        ),
        shadows=("pydantic-ai",),
    ),
    Adapter(
        name="timbal",
        distribution="timbal",
        verified="2.7..2.8",
        records="calls of agents, workflows and tools",
        hooks={"timbal.core.tool": "pytest_traces.adapters.timbal.hooks:watch"},
        reset="pytest_traces.adapters.timbal.hooks:forget",
        entrances=("timbal.core.runnable:Runnable.__call__",),
    ),
    _stainless("together", "3.1..3.1"),
    Adapter(
        name="tracellm",
        distribution="tracellm-cli",
        verified="0.1.0..0.1.0",
        records="functions with @trace, and with @trace_tool inside them",
        hooks={"tracellm": "pytest_traces.adapters.tracellm.hooks:watch"},
        around_import="pytest_traces.adapters.tracellm.importing:importing",
        entrances=("tracellm.tracer:finalize_trace",),
    ),
    Adapter(
        name="tracium",
        distribution="tracium",
        verified="1.5.10..1.5.10",
        records="agent_trace, its spans, and what its automatic tracing sees",
        hooks={"tracium": "pytest_traces.adapters.tracium.hooks:watch"},
        reset="pytest_traces.adapters.tracium.reset:forget",
        entrances=("tracium.core.client:TraciumClient.agent_trace",),
    ),
    Adapter(
        name="trio",
        distribution="trio",
        verified="0.35..0.35",
        records=None,
        hooks={"trio": "pytest_traces.adapters.trio:watch"},
    ),
    Adapter(
        name="uvloop",
        distribution="uvloop",
        verified="0.23..0.23",
        records=None,
        hooks={"uvloop": "pytest_traces.adapters.uvloop:watch"},
    ),
)
"""In alphabetical order."""


def adapter_of(name: str) -> Adapter:
    """Return the built-in adapter with a name."""
    return next(adapter for adapter in ADAPTERS if adapter.name == name)


def registered_elsewhere() -> Iterator[Adapter]:
    """Load the adapters of other packages one by one; a broken one raises when it is loaded."""
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        yield entry.load()
