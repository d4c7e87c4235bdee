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
from tests.assertions.reading import why
from tests.builders import a_trace, agent, llm, tool

PAID = a_trace(
    agent(
        "shop",
        llm("gpt"),
        tool("pay", input={"amount": 10, "currency": "EUR", "to": ["x"]}, output="[1, 2]", source="timbal"),
        tool("log"),
    )
)


def headline(assertion, *args, **options):
    return why(assertion, *args, **options).splitlines()[0]


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
def test_an_input_is_matched_as_it_was_asked_for(expected, count):
    assert PAID.find("pay", input=expected).count == count


def test_a_list_inside_a_string_is_a_list():
    assert PAID.find(output=[1, 2]).names == ["pay"]


def test_a_matcher_judges_a_truth_value_and_a_name():
    trace = a_trace(tool("pay", input={"dry": True}))
    assert trace.find(input={"dry": IsInstance(bool)}).count == 1
    assert trace.find(input={"dry": IsInstance(str)}).count == 0
    assert trace.find(IsStr(regex="p.y")).count == 1
    assert trace.find(IsStr(regex="q.y")).count == 0


def test_arguments_show_their_defaults():
    assert repr(exactly({"a": 1}, defaults={"b": 2})) == "exactly({'a': 1}, defaults={'b': 2})"


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


def test_a_name_that_is_given_by_its_word_is_told_where_it_stands():
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
def test_a_miss_is_told_apart(name, conditions, miss):
    assert headline(PAID.one, name, **conditions).endswith(f", found 0: {miss}")


def test_calls_that_miss_in_different_ways_miss_in_all():
    trace = a_trace(*(tool("pay", input=at, output=at) for at in (1, 2, 2)))
    assert headline(trace.one, "pay", input=1, output=2).endswith("called 3 times, with another input and output")


def test_a_near_miss_tells_all_that_differs():
    assert "← its input is 1, expected 2; its source is 'timbal'" in why(
        a_trace(tool("pay", input=1, source="timbal")).one, "pay", input=2, source="otel"
    )
    assert "← its output was not captured" in why(PAID.one, "log", output=1)
    told = why(a_trace(tool("pay", output="x" * 200)).one, "pay", output="y").splitlines()[-1]
    assert len(told.partition("its output is ")[2].partition(", expected")[0]) == 100


def test_five_names_are_listed_and_the_rest_are_counted():
    assert names_of(a_trace(*map(tool, "abcde")).tools) == "'a', 'b', 'c', 'd', 'e'"
    assert names_of(a_trace(*map(tool, "abcdef")).tools) == "'a', 'b', 'c', 'd', 'e' and 1 more"


def test_what_is_required_may_lie_elsewhere():
    assert headline(PAID.tools.first, "pay", under="bank") == (
        "SpanNotFound: expected at least 1 span 'pay' under 'bank', found 0: called once, elsewhere"
    )


def test_a_miss_names_what_differs_and_that_it_lies_elsewhere():
    assert ": called once, with another input and elsewhere" in why(PAID.one, "pay", input={"amount": 7}, under="bank")
