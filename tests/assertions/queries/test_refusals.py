"""What would hold by accident is refused: the test is wrong, not the program."""

import re

import pytest

from pytest_traces.assertions.queries.matching.arguments import exactly
from pytest_traces.errors import TracesError, UnknownCondition
from tests.assertions.reading import why
from tests.builders import a_trace, agent, at_once, llm, tool

TRACE = a_trace(agent("planner", llm("gpt", chunks=["x"]), tool("Search", input={"ids": [{"a": 1}]})))


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda: TRACE.assert_calls(["Search"]), "counts are a mapping, as in {'geocode': 1}, got ['Search']"),
        (
            lambda: TRACE.assert_calls({}),
            "counts must name at least one call; assert_never('*', type='tool') says that none was made",
        ),
        (lambda: TRACE.assert_calls({"Search": 1.5}), "a count is a whole number from 0, got 1.5 for 'Search'"),
        (
            lambda: TRACE.assert_calls(only=[]),
            "`only` must name at least one call; assert_never('*', type='tool') says that none was made",
        ),
        (lambda: TRACE.find(status=None), "status must be a name, a glob, a regex or a predicate, got None"),
        (lambda: TRACE.find(error=""), "error must be a name, a glob, a regex or a predicate, got ''"),
        (
            lambda: TRACE.find(status="ok"),
            "unknown status 'ok'; did you mean 'success'?; known: blocked, cancelled, error, running, success, timeout",
        ),
        (lambda: TRACE.assert_calls({"Search": -1}), "a count is a whole number from 0, got -1 for 'Search'"),
        (lambda: TRACE.assert_calls({"Search": True}), "a count is a whole number from 0, got True for 'Search'"),
        (lambda: TRACE.assert_calls(at_least={"Search": 0}), "at least 0 calls of 'Search' always holds"),
        (lambda: TRACE.assert_calls(), "assert_calls() needs counts, as in assert_calls({'geocode': 1})"),
        (lambda: TRACE.assert_parallel("Search"), "assert_parallel() needs at least two steps, got 1"),
        (
            lambda: TRACE.assert_nested(under="planner"),
            "assert_nested() needs a name or a condition: without one it concerns every span",
        ),
        (lambda: TRACE.assert_once(), "assert_once() needs a name or a condition: without one it concerns every span"),
        (lambda: TRACE.assert_no_loops(at_most=0), "at_most is a whole number from 1, got 0"),
        (lambda: TRACE.assert_no_loops(at_most=True), "at_most is a whole number from 1, got True"),
        (lambda: TRACE.assert_skipped(), "assert_skipped() needs names of steps, got ()"),
        (lambda: TRACE.assert_skipped(""), "assert_skipped() needs names of steps, got ('',)"),
        (lambda: TRACE.assert_first_chunk(within_ms=-1), "within_ms is a number from 0, got -1"),
        (lambda: TRACE.assert_first_chunk(within_ms=True), "within_ms is a number from 0, got True"),
        (lambda: TRACE.assert_budget(), "a budget needs a limit, as in total_tokens=2_000"),
        (
            lambda: TRACE.assert_nested("Search", under=""),
            "under must be a name, a glob, a regex or a predicate, got ''",
        ),
        (
            lambda: exactly({}, ignore=[""]),
            "an ignored argument must be a name, a glob, a regex or a predicate, got ''",
        ),
    ],
)
def test_a_misuse_is_told(misuse, message):
    with pytest.raises(TracesError) as told:
        misuse()
    assert str(told.value) == message


def test_a_misspelt_limit_is_a_type_error():
    with pytest.raises(UnknownCondition, match="unknown limit 'total_token'; did you mean 'total_tokens'"):
        TRACE.assert_budget(total_token=5)


@pytest.mark.parametrize("slip", ["search", "Serach", "Saerch", "Searchh", "Sarch"])
def test_a_slip_of_a_name_that_ran_is_no_proof(slip):
    refused = why(TRACE.assert_never, slip)
    assert refused.startswith(f"TracesError: nothing is called {slip!r}, but 'Search' ran")


@pytest.mark.parametrize("name", ["Research", "Searchs", "Search2", "Smarch", "Se*ch_", "Find", "Se"])
def test_another_name_is_no_slip(name):
    TRACE.assert_never(name)


def test_a_count_of_zero_for_a_slip_is_no_proof():
    refused = why(TRACE.assert_calls, at_most={"Serach": 0})
    assert refused.startswith("TracesError: nothing is called 'Serach', but 'Search' ran")


def test_two_letters_that_differ_are_a_slip_only_when_swapped():
    trace = a_trace(tool("ab_cd"))
    for other in ("xy_cd", "ba_dc", "ab_xc", "ab_dx", "a1_cd"):
        trace.assert_never(other)
    assert "did you mean" in why(trace.assert_never, "ab_dc")


def test_a_plural_is_another_name_but_an_s_elsewhere_is_a_slip():
    trace = a_trace(tool("sort_list"))
    trace.assert_never("sort_lists")
    assert "did you mean" in why(trace.assert_never, "ssort_list")
    assert "did you mean" in why(trace.assert_never, "sort_listt")


def test_a_near_miss_shows_what_is_there_instead():
    trace = a_trace(tool("pay", error="ValueError: no", source="timbal", output="done"))
    assert why(trace.one, "pay", error=KeyError).endswith("tool pay ✗ ValueError: no   ← its error is ValueError: no")
    assert why(trace.one, "pay", source="otel").endswith("← its source is 'timbal'")
    assert why(trace.one, "pay", output="x").endswith('← its output is "done", expected "x"')
    assert why(trace.one, "pay", model="gpt").endswith("← its model is None")
    assert trace.find(error=re.compile("^KeyError")).count == 0


def test_only_may_be_one_name():
    TRACE.assert_calls(only="Search")


def test_what_ran_beside_pairs_need_not_have_run_all_at_once():
    three = a_trace(
        agent("planner", at_once(tool("a", call_id="a1"), tool("b", call_id="b1"))),
        agent("planner", at_once(tool("b", call_id="b2"), tool("c", call_id="c1"))),
        agent("planner", at_once(tool("a", call_id="a2"), tool("c", call_id="c2"))),
    )
    three.assert_parallel("b", "c")
    headline = why(three.assert_parallel, "a", "b", "c").splitlines()[0]
    assert headline == "Mismatch: expected 'a', 'b', 'c' side by side, they did not all run at the same time"


def test_exact_arguments_are_exact_at_any_depth():
    assert TRACE.find("Search", input=exactly({"ids": [{"a": 1}]})).count == 1
    assert TRACE.find("Search", input=exactly({"ids": [{}]})).count == 0
    assert TRACE.find("Search", input=exactly({"ids": [{"a": 1}, {"a": 1}]})).count == 0
    assert TRACE.find("gpt", input=exactly({})).count == 0


def test_a_nested_span_elsewhere_is_told_by_the_span_asked_for():
    headline = why(TRACE.assert_nested, "gpt", under=TRACE.one("Search")).splitlines()[0]
    assert headline == "Mismatch: expected every span 'gpt' under tool Search, 1 of 1 is elsewhere"


def test_a_selection_is_a_sequence():
    tools = TRACE.tools
    assert TRACE.one("Search") in tools
    assert (tools == [TRACE.one("Search")], tools == 5, hash(tools) == hash(TRACE.find("Search"))) == (
        True,
        False,
        True,
    )


def test_text_that_only_looks_like_json_is_text():
    trace = a_trace(tool("a", input="{oops"))
    assert trace.find(input={"x": 1}).count == 0
    assert trace.find(input="{oops").count == 1
