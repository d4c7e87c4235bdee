"""Calls of a server's tools: what is recorded, and what a test does in place of them."""

import asyncio
from datetime import timedelta

import pytest
from mcp.shared import exceptions
from mcp.types import CallToolResult, ErrorData, GetPromptResult, TextContent

from pytest_traces.adapters.mcp.results import end_with_result
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.trace.fixture import TraceFixture
from tests.adapters.with_mcp.servers import Server, ToolError, session_with, told

ASKED = {"city": "Paris"}
IS_FIRST = hasattr(exceptions, "McpError")
ProtocolError = exceptions.McpError if IS_FIRST else exceptions.MCPError


def protocol_error(message: str) -> Exception:
    code = -32000
    return ProtocolError(ErrorData(code=code, message=message)) if IS_FIRST else ProtocolError(code, message)


def shop() -> Server:
    server = Server("shop", log_level="CRITICAL")

    @server.tool()
    def place(city: str) -> dict[str, float]:
        return {"lat": 48.85}

    @server.tool()
    def names(city: str) -> list[str]:
        return ["Eiffel", "Louvre"]

    @server.tool()
    def untyped(city):  # type: ignore[no-untyped-def]
        return {"sky": "rain"}

    @server.tool()
    def closed(city: str) -> str:
        raise ToolError("closed today")

    return server


@pytest.mark.parametrize(
    ("tool", "output"),
    [("place", {"lat": 48.85}), ("names", ["Eiffel", "Louvre"]), ("untyped", {"sky": "rain"})],
)
async def test_the_output_is_what_the_tool_returned(trace: TraceFixture, tool: str, output: object) -> None:
    async with session_with(shop()) as session:
        await session.call_tool(tool, ASKED)
    call = trace.one(tool, type="tool")
    assert (call.input, call.output, call.status) == (ASKED, output, "success")


async def test_a_failure_is_an_error_with_the_text_of_the_server(trace: TraceFixture) -> None:
    async with session_with(shop()) as session:
        await session.call_tool("closed", ASKED)
        await session.call_tool("clsed")
    assert [str(call.error) for call in trace.tools] == [
        "ToolError: Error executing tool closed: closed today",
        "ToolError: Unknown tool: clsed",
    ]
    assert trace.last("clsed").input == {}


@pytest.mark.parametrize("tool", ["place", "names", "untyped"])
async def test_a_value_of_a_test_is_the_result_that_the_server_sends(trace: TraceFixture, tool: str) -> None:
    async with session_with(shop()) as session:
        await session.list_tools()
        sent = await session.call_tool(tool, ASKED)
        trace.on(tool).returns(trace.one(tool).output)
        given = await session.call_tool(tool, ASKED)
    assert told(given)["content"] == told(sent)["content"]
    assert told(given)["structuredContent"] == told(sent).get("structuredContent", {"sky": "rain"})
    assert [call.acted for call in trace.tools] == [None, "returns"]


async def test_a_value_that_does_not_fit_the_schema_is_refused_by_the_session(trace: TraceFixture) -> None:
    trace.on("place").returns({"lat": "north"})
    async with session_with(shop()) as session:
        with pytest.raises(RuntimeError, match="Invalid structured content returned by tool place"):
            await session.call_tool("place", ASKED)
    assert trace.one("place").status == "error"


async def test_a_result_of_the_protocol_is_given_as_it_is(trace: TraceFixture) -> None:
    refusal = CallToolResult(content=[TextContent(type="text", text="not today")], isError=True)
    trace.on("place").returns(refusal)
    async with session_with(shop()) as session:
        assert told(await session.call_tool("place", ASKED)) == told(refusal)
    assert str(trace.one("place").error) == "ToolError: not today"


async def test_an_error_of_the_protocol_is_raised_by_the_session(trace: TraceFixture) -> None:
    trace.on("place").raises(protocol_error("Connection closed"))
    async with session_with(shop()) as session:
        with pytest.raises(ProtocolError, match="Connection closed"):
            await session.call_tool("place", ASKED)
    assert trace.one("place").acted == "raises"


async def test_a_delay_counts_for_the_timeout_of_the_request(trace: TraceFixture) -> None:
    trace.on("place").delays(seconds=0.02)
    async with session_with(shop()) as session:
        timeout = timedelta(seconds=0.01) if IS_FIRST else 0.01
        with pytest.raises(ProtocolError, match=r"(?i)timed out"):
            await session.call_tool("place", ASKED, timeout)
    assert trace.one("place").status == "error"


def test_an_answer_that_asks_for_something_first_blocks_the_call(trace: TraceFixture) -> None:
    end_with_result(Source("mcp").start("place", "tool"), GetPromptResult(messages=[]))  # any that is no tool's result
    assert trace.one("place").status == "blocked"
    assert [event.payload["messages"] for event in trace.events if event.type == "approval"] == [[]]


async def test_calls_of_a_loop_come_one_after_the_other_and_gathered_ones_side_by_side(trace: TraceFixture) -> None:
    async with session_with(shop()) as session:
        for city in ("Paris", "Rome"):
            await session.call_tool("names", {"city": city})
        for _ in range(2):
            await asyncio.gather(session.call_tool("place", ASKED), session.call_tool("names", ASKED))
    group = ["∥ tool names", "∥ tool place"]
    assert str(trace).splitlines() == ["tool names", "tool names", *group, f"then {group[0]}", group[1]]


async def test_steps_of_the_protocol_are_not_drawn(trace: TraceFixture) -> None:
    async with session_with(shop()) as session:
        await session.list_tools()
        await session.call_tool("place", ASKED)
    assert str(trace) == "tool place"
