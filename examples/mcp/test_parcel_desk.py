"""Tools of an MCP server: which were called, and what the desk does if one fails."""

import pytest
from parcel_desk import deliver

pytestmark = pytest.mark.asyncio


async def test_it_asks_where_the_parcel_is_before_it_books(trace):
    assert await deliver("P-7") == "It leaves Lyon on Monday."
    trace.assert_sequence("locate", "book_courier")
    trace.assert_span_tree()


async def test_it_recovers_from_a_tool_that_fails(trace):
    trace.on("locate").raises(TimeoutError("depot is down"))  # the server returns a result with `isError`
    assert await deliver("P-7") == "It leaves Lyon on Monday."
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("locate", 2, True)
    trace.assert_span_tree()


async def test_it_books_where_the_server_says(trace):
    trace.on("locate").returns({"city": "Oslo"})  # the session checks the value by the tool's schema
    assert await deliver("P-7") == "It leaves Oslo on Monday."
    assert trace.one("book_courier").input == {"parcel": "P-7", "city": "Oslo"}


async def test_no_single_failure_books_two_couriers(trace):
    async for outage in trace.sweep(lambda: deliver("P-7"), type="tool", raises=TimeoutError("down")):
        outage.assert_once("book_courier", status="success")
