"""The four laws of a query: it can fail, zero is a number, a typo is a TypeError, it returns spans in order."""

import re

import pytest
from dirty_equals import IsPositive, IsStr

from pytest_traces.assertions.queries.matching.texts import anything
from pytest_traces.errors import TracesError
from pytest_traces.model.tree import SpanTree
from pytest_traces.trace.trace import Trace
from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, agent, llm, span, tool

TRACE = a_trace(
    agent(
        "planner",
        llm("openai/gpt-4o-mini", tokens=(5, 5), tags=("fast", "cheap")),
        tool("geocode", input={"city": "Paris", "near": {"country": "FR", "lang": None}}, output='{"lat": 48.85}'),
        tool("get_weather", input={"lat": 48.85}, error="TimeoutError: upstream timed out", metadata={"try": 0}),
        span("retrieval", "search_docs", output=["a", "b"], attributes={"db.rows": 0, "cached": False}),
        tool("log", status="error", source="timbal"),
    )
)

QUERIES = ["one", "first", "last", "find"]
PROPERTIES = ["tools", "llms", "agents", "retrievals", "usage", "retries", "slow", "status", "elapsed"]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_on_nothing_fails(query):
    assert why(getattr(a_trace(), query), "x") == "EmptyTrace: nothing was recorded"


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_of_nothing_fails(name):
    assert why(getattr, a_trace(), name) == "EmptyTrace: nothing was recorded"


@pytest.mark.parametrize("query", QUERIES)
def test_a_typo_is_a_type_error_with_the_nearest_name(query):
    with pytest.raises(TypeError, match="unknown condition 'imput'; did you mean 'input'"):
        getattr(TRACE, query)("x", imput=1)


@pytest.mark.parametrize(
    ("type", "meant"), [("tol", "tool"), ("tools", "tool"), ("LLM", "llm"), ("LLMS", "llm"), ("agnet", "agent")]
)
def test_a_misspelt_type_is_a_type_error(type, meant):
    with pytest.raises(TypeError, match=f"^unknown type '{type}'; did you mean '{meant}'"):
        TRACE.find(type=type)


def test_an_unknown_type_that_resembles_no_known_one_is_allowed():
    assert TRACE.find(type="guardrail").count == 0
    assert a_trace(agent("a")).find(type="tool*").count == 0
    assert a_trace(span("tol", "x")).find(type="tol").count == 1


@pytest.mark.parametrize("condition", ["type", "path", "status", "error", "source", "under", "tags", "model"])
def test_an_empty_text_is_refused(condition):
    with pytest.raises((TracesError, TypeError), match=condition):
        TRACE.find(**{condition: ""})


@pytest.mark.parametrize("name", ["", " ", None, 5, [], re.compile("")])
def test_an_empty_name_is_refused(name):
    with pytest.raises(TracesError, match="name must be a name, a glob, a regex or a predicate"):
        TRACE.find(name)


def test_zero_is_a_number():
    assert TRACE.find(metadata={"try": 0}).names == ["get_weather"]
    assert TRACE.find(attributes={"db.rows": 0}).names == ["search_docs"]
    assert TRACE.find(attributes={"db.rows": False}).names == []
    assert TRACE.find(attributes={"cached": 0}).names == []
    assert TRACE.find(attributes={"cached": False}).names == ["search_docs"]


def test_spans_come_in_order_and_are_a_sequence():
    found = TRACE.find(type="tool")
    assert found.names == ["geocode", "get_weather", "log"]
    assert found[0] is TRACE.first(type="tool")
    assert found[-1] is TRACE.last(type="tool")
    assert [*found[1:]] == [*found][1:]
    assert len(found) == found.count == 3
    assert found == [*found] != 5
    assert TRACE.one("log") in found
    assert not TRACE.find("refund")


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        ({"path": "planner.geo*"}, ["geocode"]),
        ({"type": re.compile("^re")}, ["search_docs"]),
        ({"status": "error"}, ["get_weather", "log"]),
        ({"status": lambda status: status != "success"}, ["get_weather", "log"]),
        ({"model": "openai/*"}, ["openai/gpt-4o-mini"]),
        ({"model": None, "type": "agent"}, ["planner"]),
        ({"tags": "fast"}, ["openai/gpt-4o-mini"]),
        ({"tags": ["fast", "ch*"]}, ["openai/gpt-4o-mini"]),
        ({"tags": ["fast", "slow"]}, []),
        ({"error": True}, ["get_weather", "log"]),
        ({"error": None, "type": "tool"}, ["geocode"]),
        ({"error": "Timeout*"}, ["get_weather"]),
        ({"error": TimeoutError}, ["get_weather"]),
        ({"error": re.compile("upstream")}, ["get_weather"]),
        ({"input": {"city": "Paris"}}, ["geocode"]),
        ({"input": {"near": {"country": "FR"}}}, ["geocode"]),
        ({"input": {"near": {"lang": None}}}, ["geocode"]),
        ({"input": {"near": {"zip": None}}}, []),
        ({"input": {"city": re.compile("^Par")}}, ["geocode"]),
        ({"input": {"city": IsStr(min_length=5)}}, ["geocode"]),
        ({"input": {"lat": IsPositive}}, ["get_weather"]),
        ({"input": {"lat": lambda lat: lat > 100}}, []),
        ({"output": {"lat": 48.85}}, ["geocode"]),
        ({"output": ["a", "b"]}, ["search_docs"]),
        ({"output": ["a"]}, []),
        ({"source": "timbal"}, ["log"]),
        ({"under": "planner", "type": "retrieval"}, ["search_docs"]),
        ({"under": "agent planner", "type": "retrieval"}, ["search_docs"]),
        ({"under": TRACE.one("planner"), "type": "retrieval"}, ["search_docs"]),
        ({"under": "geocode"}, []),
    ],
)
def test_a_condition_selects(conditions, names):
    assert TRACE.find(**conditions).names == names


@pytest.mark.parametrize("name", ["geo*", "geocode", re.compile("^geo"), lambda name: name[:3] == "geo", "[g]eocode"])
def test_a_name_is_exact_a_glob_a_regex_or_a_predicate(name):
    assert TRACE.one(name).name == "geocode"


def test_spans_and_selections_know_their_relatives():
    planner, geocode = TRACE.one("planner"), TRACE.one("geocode")
    assert planner.children == planner.descendants == TRACE.spans[1:]
    assert geocode.parent is planner
    assert geocode.ancestors.names == ["planner"]
    assert geocode.siblings.names == ["openai/gpt-4o-mini", "get_weather", "search_docs", "log"]
    assert (planner.depth, geocode.depth) == (0, 1)
    assert TRACE.tools.siblings.count == 5
    assert TRACE.tools.ancestors.names == ["planner"]
    assert TRACE.agents.children.names == TRACE.agents.descendants.names


def test_a_selection_sums_usage_and_time():
    assert TRACE.llms.usage.total_tokens == 10
    assert TRACE.agents.usage.total_tokens == 10
    assert TRACE.tools.elapsed == 30


def test_one_shows_the_nearest_miss():
    assert why(TRACE.one, "geocod", type="tool") == text(
        """
        SpanNotFound: expected 1 tool span 'geocod', found 0

        agent planner
        ├─ llm openai/gpt-4o-mini
        ├─ tool geocode   ← did you mean this one?
        ├─ tool get_weather ✗ TimeoutError: upstream timed out
        ├─ retrieval search_docs
        └─ tool log [error]
        """
    )


def test_one_numbers_what_it_found():
    assert why(TRACE.one, type="tool") == text(
        """
        SpanNotFound: expected 1 tool span, found 3

        agent planner
        ├─ llm openai/gpt-4o-mini
        ├─ tool geocode   ← 1
        ├─ tool get_weather ✗ TimeoutError: upstream timed out   ← 2
        ├─ retrieval search_docs
        └─ tool log [error]   ← 3
        """
    )


def test_one_shows_what_an_input_was_instead():
    assert why(TRACE.one, "get_weather", input={"lat": 1}) == text(
        """
        SpanNotFound: expected 1 span 'get_weather' with input {'lat': 1}, found 0: called once, with another input

        agent planner
        ├─ llm openai/gpt-4o-mini
        ├─ tool geocode
        ├─ tool get_weather ✗ TimeoutError: upstream timed out   ← its input.lat is 48.85, expected 1
        ├─ retrieval search_docs
        └─ tool log [error]
        """
    )


def test_two_spans_instead_of_one_are_numbered_and_no_miss():
    trace = a_trace(tool("pay", input={"amount": 1}), tool("pay", input={"amount": 1}))
    assert why(trace.one, "pay", input={"amount": 1}) == text(
        """
        SpanNotFound: expected 1 span 'pay' with input {'amount': 1}, found 2

        tool pay   ← 1
        tool pay   ← 2
        """
    )


def test_the_message_of_an_empty_trace_gives_the_reason():
    trace = Trace(SpanTree(), why_empty=lambda: "adapters that listened: none")
    assert why(trace.spans.one, "x") == text(
        """
        EmptyTrace: nothing was recorded

        adapters that listened: none
        """
    )


def test_anything_is_matched_by_any_name():
    assert TRACE.find(model=anything) == TRACE.spans


def test_first_and_last_fail_if_no_span_matches():
    assert why(TRACE.tools.first, "search_docs") == text(
        """
        SpanNotFound: expected at least 1 span 'search_docs', found 0

        agent planner
        ├─ llm openai/gpt-4o-mini
        ├─ tool geocode
        ├─ tool get_weather ✗ TimeoutError: upstream timed out
        ├─ retrieval search_docs
        └─ tool log [error]
        """
    )
    assert headline(TRACE.last, "refund") == "SpanNotFound: expected at least 1 span 'refund', found 0"


def test_a_span_in_the_wrong_place_says_so():
    assert why(TRACE.one, "geocode", under="geocode") == text(
        """
        SpanNotFound: expected 1 span 'geocode' under 'geocode', found 0: called once, elsewhere

        agent planner
        ├─ llm openai/gpt-4o-mini
        ├─ tool geocode   ← not under what was asked
        ├─ tool get_weather ✗ TimeoutError: upstream timed out
        ├─ retrieval search_docs
        └─ tool log [error]
        """
    )


def test_a_part_of_a_selection_is_a_selection():
    part = TRACE.tools[1:]
    assert (part.names, part.ancestors.names, TRACE.tools[0].name) == (["get_weather", "log"], ["planner"], "geocode")


def test_a_selection_shows_its_first_spans():
    five, six = (a_trace(*(tool(name) for name in names)).tools for names in ("abcde", "abcdef"))
    assert repr(five) == f"[{', '.join(map(repr, five))}]"
    assert repr(six) == f"[{', '.join(map(repr, six[:5]))}, … 1 more]"


def test_equal_selections_hash_alike_and_others_do_not():
    assert hash(TRACE.tools) == hash(TRACE.find(type="tool"))
    assert hash(TRACE.tools) != hash(TRACE.llms)


def test_roots_are_siblings():
    trace = a_trace(tool("a"), tool("b"))
    assert trace.one("a").siblings.names == ["b"]


def test_the_events_of_a_span_are_its_own():
    trace = a_trace(llm("gpt", chunks=["x"]), tool("b"))
    assert [event.type for event in trace.one("gpt").events] == ["start", "chunk", "output"]


def test_a_long_trace_is_folded_in_a_message():
    trace = a_trace(*(tool(f"step_{at}") for at in range(500)))
    lines = why(trace.one, "refund").splitlines()
    assert lines[2:] == [*(f"tool step_{at}" for at in range(30)), "… 470 more spans"]


def test_a_selection_of_nothing_has_no_near_miss():
    assert headline(TRACE.find("refund").one, "geocode") == "SpanNotFound: expected 1 span 'geocode', found 0"
