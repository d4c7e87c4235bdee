"""Tracium's spans in a test, which sends nothing and needs no key."""

import asyncio

import pytest
from research_desk import answer, gather_data


def test_it_searches_before_it_answers(trace):
    answer("What is attention?")
    assert trace.one("analyze_query").children.names == ["search_docs", "generate"]
    assert trace.one("search_docs").input == {"query": "what is attention?"}
    assert trace.one("search_docs").metadata == {"index": "articles"}  # its SDK drops this
    assert trace.one(tags="streaming").usage.cached_input_tokens == 50
    assert round(trace.one("lookup").elapsed) == 45


def test_it_answers_as_it_did_before(trace):
    answer("What is attention?")
    trace.assert_span_tree()
    trace.assert_usage()


def test_it_fetches_from_all_sources_at_once(trace):
    asyncio.run(gather_data())
    trace.assert_span_tree()


def test_a_source_that_times_out_is_named(trace):
    with pytest.raises(TimeoutError):
        asyncio.run(gather_data(broken=["api"]))
    assert str(trace.one("fetch_api").error) == "TimeoutError: Operation timed out: 30 s"
    assert trace.status == "failed"
