"""Streams: pieces are events of their span, and snapshots join them."""

import asyncio

from support_agent import answer


def chunks(span):
    return [event.chunk for event in span.events if event.type == "chunk"]


def test_the_trace_holds_the_pieces_the_reader_saw(trace):
    pieces = asyncio.run(answer("How long can I return it?"))
    assert pieces == ["You have ", "30 days."]
    assert chunks(trace.last(type="llm")) == pieces


def test_a_generator_tool_streams_its_values(trace):
    asyncio.run(answer("How long can I return it?"))
    assert [chunk["page"] for chunk in chunks(trace.one("search"))] == [1, 2]
    assert len(trace.one("search").output) == 2


def test_how_the_provider_cuts_its_text_is_no_part_of_the_snapshot(trace):
    asyncio.run(answer("How long can I return it?"))
    trace.assert_span_tree()
    trace.assert_events()
    trace.assert_events(name="every piece", chunks=True)
    trace.assert_usage()
