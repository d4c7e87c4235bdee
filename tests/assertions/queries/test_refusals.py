"""What would hold by accident is refused: the test is wrong, not the program."""

import pytest

from pytest_traces.assertions.queries.matching.arguments import exactly
from pytest_traces.errors import TracesError, UnknownCondition
from tests.assertions.reading import headline, why
from tests.builders import a_trace, agent, llm, tool

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
    assert headline(trace.assert_never, "ab_dc") == (
        "TracesError: nothing is called 'ab_dc', but 'ab_cd' ran; did you mean that one?"
    )


def test_a_plural_is_another_name_but_an_s_elsewhere_is_a_slip():
    trace = a_trace(tool("sort_list"))
    trace.assert_never("sort_lists")
    for slip in ("ssort_list", "sort_listt"):
        assert headline(trace.assert_never, slip) == (
            f"TracesError: nothing is called {slip!r}, but 'sort_list' ran; did you mean that one?"
        )
