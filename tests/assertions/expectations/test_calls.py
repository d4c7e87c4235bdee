"""What was called how often."""

import re

import pytest

from pytest_traces.assertions.queries.conditions import call
from tests.assertions.expectations.programs import PAID
from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, agent, tool


def test_exact_counts_hold_if_no_other_call_ran():
    PAID.assert_calls({"search": 1, "pay": 2, "log": 1})


def test_one_call_more_than_counted_fails():
    assert why(PAID.assert_calls, {"search": 1, "pay": 1, "log": 1}) == text(
        """
        Mismatch: expected 1 call of 'pay', found 2

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay   ← 1
        ├─ tool pay   ← 2
        └─ tool log
        """
    )


def test_a_call_that_was_not_counted_fails():
    assert why(PAID.assert_calls, {"search": 1, "pay": 2}) == text(
        """
        Mismatch: expected only calls of 'search', 'pay', found 'log'

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay
        ├─ tool pay
        └─ tool log   ← not expected
        """
    )


def test_all_wrong_counts_are_told_at_once():
    assert why(PAID.assert_calls, {"search": 3, "pay": 2, "refund": 1}) == text(
        """
        Mismatch: 3 counts of calls are wrong

        - expected 3 calls of 'search', found 1
        - expected 1 call of 'refund', found 0
        - expected only calls of 'search', 'pay', 'refund', found 'log'

        agent shop
        ├─ llm gpt
        ├─ tool search   ← 1
        ├─ tool pay
        ├─ tool pay
        └─ tool log   ← not expected
        """
    )


def test_at_least_allows_other_calls():
    PAID.assert_calls(at_least={"pay": 1, "sea*": 1})
    assert why(PAID.assert_calls, at_least={"pay": 3}) == text(
        """
        Mismatch: expected at least 3 calls of 'pay', found 2

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay   ← 1
        ├─ tool pay   ← 2
        └─ tool log
        """
    )


def test_at_most_fails_on_one_call_more_and_on_a_name_that_never_ran():
    PAID.assert_calls(at_most={"pay": 2, "search": 2})
    assert why(PAID.assert_calls, at_most={"pay": 1}) == text(
        """
        Mismatch: expected at most 1 call of 'pay', found 2

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay   ← 1
        ├─ tool pay   ← 2
        └─ tool log
        """
    )
    assert why(PAID.assert_calls, at_most={"refund": 1}) == text(
        """
        Mismatch: expected some call of 'refund', at most 1, found 0

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay
        ├─ tool pay
        └─ tool log
        """
    )


def test_only_names_all_that_may_be_called():
    PAID.assert_calls(only=["search", "pay", re.compile("^l")])
    assert why(PAID.assert_calls, only=["search", "pay"]) == text(
        """
        Mismatch: expected only calls of 'search', 'pay', found 'log'

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay
        ├─ tool pay
        └─ tool log   ← not expected
        """
    )


def test_a_count_of_zero_forbids():
    PAID.assert_calls(at_most={"refund": 0})
    assert why(PAID.assert_calls, at_most={"log": 0}) == text(
        """
        Mismatch: expected at most 0 calls of 'log', found 1

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay
        ├─ tool pay
        └─ tool log   ← 1
        """
    )


def test_counts_can_ask_for_arguments():
    PAID.assert_calls(at_least={call("pay", input={"amount": 10}): 1})
    assert why(PAID.assert_calls, at_least={call("pay", input={"to": 1}): 1}) == text(
        """
        Mismatch: expected at least 1 call of call('pay', input={'to': 1}), found 0: called twice, with another input

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay
        ├─ tool pay
        └─ tool log
        """
    )


def test_once_returns_the_span():
    assert PAID.assert_once("search").input == {"q": "shoes"}


def test_once_fails_on_the_second_call():
    assert why(PAID.assert_once, "pay") == text(
        """
        SpanNotFound: expected 1 span 'pay', found 2

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay   ← 1
        ├─ tool pay   ← 2
        └─ tool log
        """
    )


def test_a_miss_says_not_called():
    assert why(PAID.assert_once, "refund", input={"amount": 10}) == text(
        """
        SpanNotFound: expected 1 span 'refund' with input {'amount': 10}, found 0: not called

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay
        ├─ tool pay
        └─ tool log
        """
    )


def test_a_miss_says_called_but_its_arguments_were_not_captured():
    assert why(PAID.assert_once, "log", input={"to": 1}) == text(
        """
        SpanNotFound: expected 1 span 'log' with input {'to': 1}, found 0: called once, but its input was not captured

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay
        ├─ tool pay
        └─ tool log   ← its input was not captured
        """
    )


def test_a_miss_says_called_with_other_arguments_and_shows_the_nearest():
    assert why(PAID.assert_once, "pay", input={"amount": 11}) == text(
        """
        SpanNotFound: expected 1 span 'pay' with input {'amount': 11}, found 0: called twice, with another input

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay   ← its input.amount is 10, expected 11
        ├─ tool pay
        └─ tool log
        """
    )


def test_never_fails_on_what_ran():
    assert why(PAID.assert_never, "pa*") == text(
        """
        Mismatch: expected no span 'pa*', found 2

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay   ← must not run
        ├─ tool pay   ← must not run
        └─ tool log
        """
    )


def test_never_holds_if_only_other_spans_ran():
    PAID.assert_never("delete_*")
    PAID.assert_never(type="retrieval")
    PAID.tools.assert_never("delete_*")


def test_never_fails_if_nothing_was_recorded():
    assert why(a_trace().assert_never, "delete_*") == "EmptyTrace: nothing was recorded"
    assert why(PAID.find("refund").children.assert_never, "delete_*") == text(
        """
        SpanNotFound: expected at least 1 span, found 0

        agent shop
        ├─ llm gpt
        ├─ tool search
        ├─ tool pay
        ├─ tool pay
        └─ tool log

        hint: trace.assert_... looks at the whole trace
        """
    )


def test_once_takes_conditions_without_a_name():
    assert headline(PAID.assert_once, type="retrieval") == "SpanNotFound: expected 1 retrieval span, found 0"
    a_trace(agent("a", tool("b"))).assert_once(type="tool")


def test_calls_are_counted_by_the_span_above_them():
    a_trace(agent("a", tool("b"))).assert_calls({call("b", under="a"): 1})


def test_a_call_too_many_is_not_told_as_a_miss():
    told = headline(PAID.assert_calls, at_most={call("pay", input={"amount": 10}): 0})
    assert told == "Mismatch: expected at most 0 calls of call('pay', input={'amount': 10}), found 1"


def test_a_miss_says_that_the_call_ran_elsewhere():
    told = headline(PAID.assert_calls, at_least={call("pay", under="bank"): 1})
    assert told.endswith("call('pay', under='bank'), found 0: called twice, elsewhere")


def test_all_calls_that_were_not_expected_are_listed():
    told = headline(PAID.assert_calls, only=["pay"])
    assert told == "Mismatch: expected only calls of 'pay', found 'search', 'log'"


@pytest.mark.parametrize(
    "counts", [{"exactly": {"x": 0}}, {"at_most": {"x": 0}}, {"only": ["x"]}, {"only": ["x"], "at_least": {"y": 1}}]
)
def test_counts_fail_if_no_call_was_selected(counts):
    trace = a_trace(agent("planner"))
    exactly = [counts.pop("exactly")] if "exactly" in counts else []
    for among in (trace, trace.tools, trace.find("planner").children):
        assert headline(among.assert_calls, *exactly, **counts) == "SpanNotFound: expected at least 1 call, found 0"


def test_only_takes_a_single_name():
    a_trace(tool("search"), tool("search")).assert_calls(only="search")
