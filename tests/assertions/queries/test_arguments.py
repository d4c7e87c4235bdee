"""Arguments compared as a whole: `exactly` and `at_most`."""

import pytest
from pydantic import BaseModel

from pytest_traces.assertions.queries.matching.arguments import at_most, exactly
from pytest_traces.errors import TracesError
from tests.assertions.reading import text, why
from tests.builders import a_trace, agent, llm, tool

PAID = a_trace(
    agent("shop", tool("pay", input={"amount": 10, "currency": "EUR"}), tool("pay", input={"amount": 99}), tool("log"))
)


class City(BaseModel):
    name: str


async def later(value):
    return False


def test_arguments_can_be_compared_exactly():
    paid = exactly({"amount": 10, "currency": "EUR"})
    assert PAID.assert_once("pay", input=paid)
    assert why(PAID.assert_once, "pay", input=exactly({"amount": 1})) == text(
        """
        SpanNotFound: expected 1 span 'pay' with input exactly({'amount': 1}), found 0: called twice, with another input

        agent shop
        ├─ tool pay   ← its input.amount is 10, expected 1; input.currency is "EUR", not expected
        ├─ tool pay
        └─ tool log
        """
    )


def test_defaults_and_ignored_arguments_are_no_difference():
    assert PAID.assert_once("pay", input=exactly({"amount": 99}, defaults={"currency": "EUR"}))
    assert PAID.assert_once("pay", input=exactly({"amount": 10}, ignore=["curr*"]))
    assert PAID.find("pay", input=exactly({"amount": 99}, defaults={"currency": "EUR"})).count == 1
    assert PAID.find("pay", input=exactly({"amount": 10}, defaults={"currency": "USD"})).count == 0


def test_one_argument_may_be_ignored_by_its_name_alone():
    assert exactly({"city": "Paris"}, ignore="request_id") == {"city": "Paris", "request_id": 7}
    assert exactly({"city": "Paris"}, ignore="request_id") != {"city": "Paris", "r": 7}


def test_at_most_matches_a_part_of_the_expected_arguments():
    assert PAID.find("pay", input=at_most({"amount": 99, "currency": "EUR"})).count == 1
    assert PAID.find("pay", input=at_most({"currency": "EUR"})).count == 0
    assert repr(at_most({"a": 1}, ignore="b")) == "at_most({'a': 1}, ignore=['b'])"


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (
            lambda: exactly({"nope": 1}, ignore="*"),
            "exactly({'nope': 1}, ignore=['*']) would always match: it ignores every argument that it expects",
        ),
        (
            lambda: at_most({"a": 1, "b": 2}, ignore=["a", "b"]),
            "at_most({'a': 1, 'b': 2}, ignore=['a', 'b']) would always match: "
            "it ignores every argument that it expects",
        ),
        (
            lambda: exactly({}, ignore="*"),
            "exactly({}, ignore=['*']) would always match: it ignores every argument that it expects",
        ),
        (
            lambda: exactly({"a": later}),
            "an argument cannot be matched by an async function: its coroutine is always true",
        ),
    ],
)
def test_arguments_that_match_anything_are_refused(made, message):
    with pytest.raises(TracesError) as told:
        made()
    assert str(told.value) == message


def test_arguments_may_ignore_some_and_expect_none():
    trace = a_trace(tool("f", input={"id": 1}), tool("f", input={"id": 1, "a": 2}))
    assert trace.find("f", input=exactly({}, ignore="id")).count == 1
    assert trace.find("f", input=exactly({"a": 2, "id": 5}, ignore="id")).count == 1


def test_exact_is_exact_below_lists_objects_and_mappings():
    captured = {"body": {"a": {"x": 1}}, "rows": [{"a": 1}], "who": {"name": "Ann"}}
    asked = {"body": {"a": {"x": 1}}, "rows": [{"a": 1}], "who": City(name="Ann")}
    assert exactly(asked) == captured
    assert exactly(asked) != {**captured, "body": {"a": {"x": 1, "y": 2}}}
    assert exactly(asked) != {**captured, "rows": [{"a": 1, "b": 2}]}
    assert exactly(asked) != {**captured, "who": {"name": "Ann", "age": 40}}


def test_an_ignored_glob_leaves_the_other_names():
    assert exactly({}, ignore="X*") == {"XY": 1}
    assert exactly({}, ignore="X*") != {"Y": 1}


def test_exact_arguments_are_exact_at_any_depth():
    trace = a_trace(llm("gpt"), tool("search", input={"ids": [{"a": 1}]}))
    assert trace.find("search", input=exactly({"ids": [{"a": 1}]})).count == 1
    assert trace.find("search", input=exactly({"ids": [{}]})).count == 0
    assert trace.find("search", input=exactly({"ids": [{"a": 1}, {"a": 1}]})).count == 0
    assert trace.find("gpt", input=exactly({})).count == 0


def test_arguments_show_their_defaults():
    assert repr(exactly({"a": 1}, defaults={"b": 2})) == "exactly({'a': 1}, defaults={'b': 2})"
