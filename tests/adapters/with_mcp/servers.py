"""Servers in the process of the test, and sessions with them, for both versions of the SDK."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from mcp.client.session import ClientSession

try:
    from mcp.server.fastmcp import FastMCP as Server
    from mcp.server.fastmcp.exceptions import ToolError as ToolError
    from mcp.shared.memory import create_connected_server_and_client_session as connected
except ImportError:  # version 2 of the SDK
    from mcp import Client
    from mcp.server.mcpserver import MCPServer as Server
    from mcp.server.mcpserver.exceptions import ToolError as ToolError

    connected = None


@asynccontextmanager
async def session_with(server: Server) -> AsyncIterator[ClientSession]:
    """Connect a client to a server."""
    if connected is None:
        async with Client(server) as client:
            yield client.session
    else:
        async with connected(server._mcp_server) as session:
            yield session


def weather_server(outages: int = 0, wait: Callable[[], Awaitable[None]] | None = None) -> Server:
    """Return a server with the tools of the scenario; `get_weather` fails a few times first."""
    server = Server("weather", log_level="CRITICAL")
    failures = [ToolError("upstream timed out")] * outages

    @server.tool()
    async def geocode(city: str) -> dict[str, float]:
        return {"lat": 48.85, "lon": 2.35}

    @server.tool()
    async def get_time(city: str) -> str:
        return "12:00"

    @server.tool()
    async def get_weather(city: str) -> dict[str, int]:
        if wait is not None:
            await wait()
        if failures:
            raise failures.pop()
        return {"temp": 21}

    return server


def told(result: Any) -> dict[str, Any]:
    """Return a result by the names of the protocol."""
    return result.model_dump(by_alias=True, mode="json", exclude_none=True)
