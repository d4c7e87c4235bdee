"""A framework that calls tools of an MCP server: each call is drawn and acted on once, where the framework shows it."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from agents import Agent as OpenAIAgent
from agents import Runner
from agents.mcp.server import _MCPServerWithClientSession
from agents.testing import ScriptedModel, assistant_message, function_call
from fastmcp.client import Client
from mcp.shared.memory import create_client_server_memory_streams
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from timbal import Agent as TimbalAgent
from timbal.core.mcp import MCPServer
from timbal.core.test_model import TestModel

from pytest_traces.runtime import trace_tool
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.with_mcp.servers import Server, ToolError, session_with
from tests.adapters.with_pydantic_ai.models import ScriptedModel as PydanticModel
from tests.adapters.with_timbal.models import tool_calls

DOWN = "Error executing tool search: down"


def shop(outages: int = 0) -> Server:
    server = Server("shop", log_level="CRITICAL")
    failures = [ToolError("down")] * outages

    @server.tool()
    async def search(q: str) -> str:
        if failures:
            raise failures.pop()
        return f"found {q}"

    return server


class InMemory(_MCPServerWithClientSession):
    """A server of the Agents SDK in the process of the test."""

    name = "shop"

    def __init__(self, server: Server) -> None:
        super().__init__(cache_tools_list=False, client_session_timeout_seconds=5)
        self._server = server._mcp_server

    @asynccontextmanager
    async def create_streams(self) -> AsyncIterator[Any]:
        async with create_client_server_memory_streams() as (ours, theirs), anyio.create_task_group() as group:
            group.start_soon(self._server.run, *theirs, self._server.create_initialization_options())
            yield ours
            group.cancel_scope.cancel()


async def ask_pydantic_ai(server: Server) -> None:
    calls = [("search", {"q": "a"})]
    await Agent(PydanticModel(calls, calls, "Found."), name="desk", toolsets=[MCPToolset(server)], retries=2).run("?")


async def ask_openai_agents(server: Server, name: str = "search", **config: Any) -> None:
    turns = [[function_call(name, {"q": "a"}, call_id=f"call-{turn}")] for turn in (1, 2)]
    async with InMemory(server) as connected:
        model = ScriptedModel([*turns, [assistant_message("Found.")]])
        await Runner.run(OpenAIAgent(name="desk", model=model, mcp_servers=[connected], mcp_config=config), "?")


ASKING = pytest.mark.parametrize("ask", [ask_pydantic_ai, ask_openai_agents])


@ASKING
async def test_a_call_is_drawn_once(trace: TraceFixture, ask: Any) -> None:
    await ask(shop())
    assert [call.source for call in trace.tools] == [ask.__name__.removeprefix("ask_")] * 2
    assert [span.name for span in trace.machinery.find(source="mcp")] == ["search", "search"]


@ASKING
async def test_a_failure_of_the_server_is_one_error_of_the_tool(trace: TraceFixture, ask: Any) -> None:
    await ask(shop(outages=1))
    assert [call.status for call in trace.tools] == ["error", "success"]
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered) == (2, True)
    assert DOWN in str(retry.errors[0])


@ASKING
async def test_an_act_takes_the_tool_that_the_framework_shows(trace: TraceFixture, ask: Any) -> None:
    trace.on("search").after(1).returns("nothing")
    await ask(shop())
    assert [(call.acted, call.output is None) for call in trace.tools] == [(None, False), ("returns", False)]
    assert len(trace.machinery.find("search", source="mcp")) == 1


async def test_a_tool_with_the_name_of_its_server_is_drawn_once(trace: TraceFixture) -> None:
    await ask_openai_agents(shop(), "mcp_shop__search", include_server_in_tool_names=True)
    assert trace.tools.names == ["mcp_shop__search"] * 2


async def test_spans_of_fastmcp_repeat_the_call(trace: TraceFixture) -> None:
    async with Client(shop()) as client:
        for word in ("a", "b"):
            await client.call_tool("search", {"q": word})
    assert str(trace).splitlines() == ["tool search", "tool search"]
    assert {call.source for call in trace.tools} == {"mcp"}


async def test_another_tool_that_asks_a_server_is_drawn_around_it(trace: TraceFixture) -> None:
    async with session_with(shop()) as session:

        @trace_tool
        async def web_search(query: str) -> None:
            await session.call_tool("search", {"q": query})

        await web_search("a")
    assert str(trace).splitlines() == ["tool web_search", "└─ tool search"]


SERVER = """
from mcp.server.fastmcp import FastMCP

server = FastMCP("shop", log_level="CRITICAL")

@server.tool()
async def search(q: str) -> str:
    return f"found {q}"

server.run()
"""


async def test_timbal_draws_a_tool_of_a_server_in_another_process_once(trace: TraceFixture, tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER, encoding="utf-8")
    server = MCPServer(name="shop", transport="stdio", command=sys.executable, args=[str(script)])
    model = TestModel(responses=[tool_calls(("shop__search", {"q": "a"})), "Found."])
    trace.on("shop__search").delays(seconds=0.001)
    await TimbalAgent(name="desk", model=model, tools=[server])(prompt="?").collect()
    await server.close()
    assert [(call.name, call.source, call.acted) for call in trace.tools] == [("shop__search", "timbal", "delays")]
    assert [(span.name, span.output) for span in trace.machinery.find(source="mcp")] == [("search", "found a")]
