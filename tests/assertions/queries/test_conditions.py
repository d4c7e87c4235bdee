"""What conditions match, and the words in which they tell a miss."""

import re
from functools import partial
from operator import eq

import pytest
from dirty_equals import IsInstance, IsStr

from pytest_traces.assertions.expectations.faults import names_of
from pytest_traces.assertions.queries.conditions import Conditions, call, show
from pytest_traces.assertions.queries.matching.arguments import at_most, exactly
from pytest_traces.errors import UnknownCondition
from tests.assertions.reading import headline, why
from tests.builders import a_trace, agent, llm, tool

PAID = a_trace(
    agent(
        "shop",
        llm("gpt"),
        tool("pay", input={"amount": 10, "currency": "EUR", "to": ["x"]}, output="[1, 2]", source="timbal"),
        tool("log"),
    )
)


@pytest.mark.parametrize(
    ("expected", "count"),
    [
        ({"currency": re.compile("^EU")}, 1),
        ({"currency": re.compile("^US")}, 0),
        ({"amount": lambda amount: amount < 11}, 1),
        (exactly({"amount": 10, "to": ["x"]}, ignore="currency"), 1),
        (exactly({"amount": 10, "to": ["x"], "currency": "USD"}, ignore=["currency"]), 1),
        (exactly({"amount": 10, "to": ["x"]}, defaults={"currency": "USD"}, ignore=["currency"]), 1),
        (at_most({"amount": {"value": 10}, "currency": "EUR", "to": ["x"]}), 0),
        (at_most({"amount": [11], "currency": "EUR", "to": ["x"]}), 0),
        (at_most({"amount": 10, "currency": "EUR", "to": "y"}), 0),
    ],
)
def test_an_input_is_matched_by_regex_predicate_or_exactly(expected, count):
    assert PAID.find("pay", input=expected).count == count


def test_a_list_written_as_text_matches_a_list():
    assert PAID.find(output=[1, 2]).names == ["pay"]


def test_a_matcher_judges_a_truth_value_and_a_name():
    trace = a_trace(tool("pay", input={"dry": True}))
    assert trace.find(input={"dry": IsInstance(bool)}).count == 1
    assert trace.find(input={"dry": IsInstance(str)}).count == 0
    assert trace.find(IsStr(regex="p.y")).count == 1
    assert trace.find(IsStr(regex="q.y")).count == 0


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"type": "tool", "input": 1, "source": "x"}, "tool span 'a' with input 1 and source 'x'"),
        ({"type": re.compile("^t")}, "span 'a' with type /^t/"),
    ],
)
def test_conditions_are_said_in_words(conditions, words):
    assert Conditions("a", conditions).describe() == words


def test_an_expected_value_is_shown_by_its_name_or_cut():
    asked = partial(eq, "pay")
    assert (show(headline), show(asked)) == ("headline", repr(asked))
    assert len(show("x" * 200)) == 120


def test_a_call_without_a_name_shows_none():
    assert repr(call(type="llm")) == "call(type='llm')"


def test_a_condition_like_name_has_it_for_its_nearest():
    with pytest.raises(UnknownCondition, match="unknown condition 'nam'; did you mean 'name'"):
        PAID.find(nam="pay")


def test_name_as_a_keyword_is_refused():
    with pytest.raises(UnknownCondition, match=r"^a name stands first, without `name=`, as in"):
        PAID.find(name="pay")


def test_a_misspelt_type_is_told():
    with pytest.raises(UnknownCondition, match="unknown type 'tol'; did you mean 'tool'"):
        PAID.find(type="tol")


def test_a_glob_is_no_slip_of_a_name_with_a_star():
    a_trace(tool("ab*cd")).assert_never("abb*cd")


@pytest.mark.parametrize(
    ("name", "conditions", "miss"),
    [
        ("gpt", {"type": "tool", "input": 1}, "not called"),
        ("log", {"output": 1}, "called once, but its output was not captured"),
        ("pay", {"input": {"amount": 10}, "source": "otel"}, "called once, with another source"),
        ("pay", {"input": {"amount": 1}, "source": "otel"}, "called once, with another input and source"),
    ],
)
def test_a_miss_says_which_conditions_failed(name, conditions, miss):
    assert headline(PAID.one, name, **conditions).endswith(f", found 0: {miss}")


def test_calls_that_miss_in_different_ways_miss_in_all():
    trace = a_trace(*(tool("pay", input=at, output=at) for at in (1, 2, 2)))
    assert headline(trace.one, "pay", input=1, output=2).endswith("called 3 times, with another input and output")


def test_a_near_miss_names_every_condition_that_differs():
    trace = a_trace(tool("pay", input=1, source="timbal"))
    assert why(trace.one, "pay", input=2, source="otel").splitlines()[2:] == [
        "tool pay   ← its input is 1, expected 2; its source is 'timbal'"
    ]
    assert why(PAID.one, "log", output=1).splitlines()[-1] == "└─ tool log   ← its output was not captured"
    told = why(a_trace(tool("pay", output="x" * 200)).one, "pay", output="y").splitlines()[-1]
    assert len(told.partition("its output is ")[2].partition(", expected")[0]) == 100


def test_five_names_are_listed_and_the_rest_are_counted():
    assert names_of(a_trace(*map(tool, "abcde")).tools) == "'a', 'b', 'c', 'd', 'e'"
    assert names_of(a_trace(*map(tool, "abcdef")).tools) == "'a', 'b', 'c', 'd', 'e' and 1 more"


def test_first_says_that_the_span_ran_elsewhere():
    assert headline(PAID.tools.first, "pay", under="bank") == (
        "SpanNotFound: expected at least 1 span 'pay' under 'bank', found 0: called once, elsewhere"
    )


def test_a_miss_names_what_differs_and_that_it_lies_elsewhere():
    assert headline(PAID.one, "pay", input={"amount": 7}, under="bank") == (
        "SpanNotFound: expected 1 span 'pay' with input {'amount': 7} under 'bank', "
        "found 0: called once, with another input and elsewhere"
    )


def test_a_near_miss_shows_the_recorded_value():
    trace = a_trace(tool("pay", error="ValueError: no", source="timbal", output="done"))
    assert why(trace.one, "pay", error=KeyError).endswith("tool pay ✗ ValueError: no   ← its error is ValueError: no")
    assert why(trace.one, "pay", source="otel").endswith("← its source is 'timbal'")
    assert why(trace.one, "pay", output="x").endswith('← its output is "done", expected "x"')
    assert why(trace.one, "pay", model="gpt").endswith("← its model is None")
    assert trace.find(error=re.compile("^KeyError")).count == 0


def test_text_that_only_looks_like_json_is_text():
    trace = a_trace(tool("a", input="{oops"))
    assert trace.find(input={"x": 1}).count == 0
    assert trace.find(input="{oops").count == 1


def pointers(query, *asked, **conditions):
    """Return the lines of the drawn tree that a failed query points at."""
    return [line for line in why(query, *asked, **conditions).splitlines() if "←" in line]


def test_a_span_whose_name_matches_a_glob_is_a_near_miss():
    [pointed_out] = pointers(PAID.one, "p*", input={"amount": 1})
    assert pointed_out == "├─ tool pay   ← its input.amount is 10, expected 1"
    assert pointers(PAID.one, "paay", input={"amount": 1}) == []


def test_a_span_that_meets_no_condition_is_no_near_miss():
    assert pointers(PAID.one, "zzz", type="llm", status="timeout") == []
    assert pointers(a_trace(tool("ab")).one, "ax") == ["tool ab   ← did you mean this one?"]
