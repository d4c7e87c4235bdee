"""pydantic-ai beside its own OpenTelemetry spans and those of MCP: shown once, counted once, left as they were."""

import logfire
import pytest
from logfire.testing import CaptureLogfire
from mcp.server.fastmcp import FastMCP
from opentelemetry import trace as trace_api
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic_ai import Agent
from pydantic_ai.capabilities import Instrumentation
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.instrumented import InstrumentationSettings, InstrumentedModel

from tests.adapters.with_pydantic_ai.models import ScriptedModel, drawn

TREE = ["agent main", "├─ llm gpt-x", "├─ tool search", "└─ llm gpt-x"]
EXPORTED = ["chat gpt-x", "execute_tool search", "chat gpt-x", "invoke_agent main"]


@pytest.fixture
def exporter():
    return InMemorySpanExporter()


@pytest.fixture
def settings(exporter):
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return InstrumentationSettings(tracer_provider=provider)


def script():
    return ScriptedModel([("search", {"q": "a"})], "Found.")


def run(agent):
    agent.tool_plain(lambda q: "found", name="search")
    assert agent.run_sync("Search.").output == "Found."


def instrument_an_agent(settings):
    agent = Agent(script(), name="main")
    agent.instrument = settings
    return agent


INSTRUMENTED = {
    "its agent": instrument_an_agent,
    "its model": lambda settings: Agent(InstrumentedModel(script(), settings), name="main"),
    "a capability": lambda settings: Agent(script(), name="main", capabilities=[Instrumentation(settings)]),
}


@pytest.mark.parametrize("how", INSTRUMENTED)
def test_an_instrumented_program_is_shown_and_counted_once(trace, settings, exporter, how):
    run(INSTRUMENTED[how](settings))
    assert drawn(trace) == TREE
    assert trace.usage.total_tokens == 60
    assert {span.source for span in trace.spans} == {"pydantic_ai"}
    assert trace.machinery.count == 4
    assert trace["search-1"].source == "pydantic_ai"
    assert [span.name for span in exporter.get_finished_spans()] == EXPORTED


def test_an_agent_that_is_not_to_be_instrumented_is_captured_and_nothing_is_exported(trace, settings, exporter):
    Agent.instrument_all(settings)
    try:
        agent = Agent(script(), name="main")
        agent.instrument = False
        run(agent)
    finally:
        Agent.instrument_all(False)
    assert drawn(trace) == TREE
    assert exporter.get_finished_spans() == ()


def test_a_program_that_logfire_instruments_is_shown_once_and_seen_by_capfire(trace, capfire: CaptureLogfire):
    agent = Agent(script(), name="main")
    logfire.instrument_pydantic_ai(agent)
    run(agent)
    assert drawn(trace) == TREE
    assert [one["name"] for one in capfire.exporter.exported_spans_as_dict()].count("chat gpt-x") == 2


def test_an_agent_inside_a_span_of_the_program_is_below_it(trace, settings):
    with trace_api.get_tracer("app").start_as_current_span("request"):
        run(instrument_an_agent(settings))
    assert trace.agents[0].parent.name == "request"


async def test_a_tool_of_an_mcp_server_is_drawn_once(trace):
    server = FastMCP("shop")

    @server.tool()
    def search(q: str) -> str:
        return f"found {q}"

    agent = Agent(script(), name="main", toolsets=[MCPToolset(server)])
    await agent.run("Search.")
    assert drawn(trace) == TREE
    assert trace.one("search").output == "found a"
