"""A parcel desk that calls tools of an MCP server in the same process; it imports nothing of pytest-traces."""

from mcp.server.fastmcp import FastMCP
from mcp.shared.memory import create_connected_server_and_client_session as connected

server = FastMCP("parcels", log_level="CRITICAL")
PLACES = {"P-7": "Lyon"}


@server.tool()
def locate(parcel: str) -> dict[str, str]:
    """Return the city in which a parcel is."""
    return {"city": PLACES[parcel]}


@server.tool()
def book_courier(parcel: str, city: str) -> dict[str, str]:
    """Send a courier from a city."""
    return {"day": "Monday"}


async def call(session, tool, **arguments):
    """Call a tool, and once more if the server reports an error."""
    for _ in range(2):
        result = await session.call_tool(tool, arguments)
        if not result.isError:
            return result.structuredContent
    raise RuntimeError(result.content[0].text)


async def deliver(parcel):
    """Find a parcel and book a courier for it."""
    async with connected(server._mcp_server) as session:
        place = await call(session, "locate", parcel=parcel)
        booked = await call(session, "book_courier", parcel=parcel, **place)
        return f"It leaves {place['city']} on {booked['day']}."
