"""Spans that a program opens itself take the same queries as all others."""

from library_agent import answer


def test_it_looks_up_each_book_once(trace):
    answer("Where are Dune and Emma?")
    assert [call.input["title"] for call in trace.retrievals] == ["Dune", "Emma"]
    assert trace.find(tags="catalogue").count == 2
    assert trace.usage.total_tokens == 48
    assert trace.one("librarian").metadata == {"branch": "main street"}


def test_it_looks_up_nothing_it_was_not_asked_for(trace):
    assert answer("Do you have a café?") == {}
    assert trace.spans.names == ["librarian", "plan"]


def test_it_does_what_it_did_before(trace):
    answer("Where are Dune and Emma?")
    trace.assert_span_tree()
    trace.assert_usage()
