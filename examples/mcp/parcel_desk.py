"""A parcel desk: it calls tools of an MCP server, here in the same process. It knows nothing of tests or traces."""

from mcp.server.fastmcp import FastMCP
from mcp.shared.memory import create_connected_server_and_client_session as connected

server = FastMCP("parcels", log_level="CRITICAL")
PLACES = {"P-7": "Lyon"}


@server.tool()
def locate(parcel: str) -> dict[str, str]:
    """Say in which city a parcel is."""
    return {"city": PLACES[parcel]}


@server.tool()
def book_courier(parcel: str, city: str) -> dict[str, str]:
    """Send a courier from a city."""
    return {"day": "Monday"}


async def call(session, tool, **arguments):
    """Call a tool, and once more if the server says that it failed."""
    for _ in range(2):
        result = await session.call_tool(tool, arguments)
        if not result.isError:
            return result.structuredContent
    raise RuntimeError(result.content[0].text)


async def deliver(parcel):
    """Find a parcel and send it on its way."""
    async with connected(server._mcp_server) as session:
        place = await call(session, "locate", parcel=parcel)
        booked = await call(session, "book_courier", parcel=parcel, **place)
        return f"It leaves {place['city']} on {booked['day']}."
