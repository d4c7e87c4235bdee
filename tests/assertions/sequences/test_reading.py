"""What ran in which order; each way to be wrong is shown with its whole message."""

import re

import pytest

from pytest_traces.assertions.queries.conditions import call
from pytest_traces.assertions.sequences.patterns import either, parallel, repeat
from pytest_traces.errors import ExpectationError
from tests.assertions.reading import headline, text, why
from tests.assertions.sequences.programs import FORKED, steps
from tests.builders import a_file, a_trace, agent, at_once, llm, tool


def test_a_sequence_of_exact_names_holds():
    steps("a", "b", "c").assert_sequence("a", "b", "c")


def test_a_step_is_a_name_a_glob_a_regex_a_predicate_or_a_call():
    steps("get_a", "b", "c", "d").assert_sequence("get_*", re.compile("^b"), lambda name: name == "c", call("d"))


def test_another_name_breaks_a_sequence():
    assert why(steps("a", "x", "c").assert_sequence, "a", "b", "c") == text(
        """
        Mismatch: expected 'b' after 'a', found 'x'

          expected   actual
          'a'        a
        → 'b'        x
          'c'        c

        agent planner
        ├─ tool a
        ├─ tool x   ← here
        └─ tool c
        """
    )


def test_a_missing_last_step_breaks_a_sequence():
    assert why(steps("a").assert_sequence, "a", "b") == text(
        """
        Mismatch: expected 'b' after 'a', found nothing more

          expected   actual
          'a'        a
        → 'b'

        agent planner
        └─ tool a
        """
    )


def test_one_call_too_many_breaks_a_sequence():
    assert why(steps("pay", "pay").assert_sequence, "pay") == text(
        """
        Mismatch: expected nothing more after 'pay', found 'pay'

          expected       actual
          'pay'          pay
        → nothing more   pay

        agent planner
        ├─ tool pay
        └─ tool pay   ← here
        """
    )


def test_swapped_steps_break_a_sequence():
    assert why(steps("b", "a").assert_sequence, "a", "b") == text(
        """
        Mismatch: expected 'a' first, found 'b'

          expected   actual
        → 'a'        b
          'b'        a

        agent planner
        ├─ tool b   ← here
        └─ tool a
        """
    )


def test_no_tool_at_all_breaks_a_sequence():
    assert why(a_trace(llm("gpt")).assert_sequence, "a") == text(
        """
        Mismatch: expected 'a' first, found nothing more

          expected   actual
        → 'a'

        llm gpt
        """
    )


def test_nothing_recorded_is_no_sequence():
    assert why(a_trace().assert_sequence, "a") == "EmptyTrace: nothing was recorded"


def test_another_argument_breaks_a_sequence_and_is_named():
    asked = call("ask", input={"city": "Oslo"})
    assert why(FORKED.assert_sequence, "plan", ..., asked) == text(
        """
        Mismatch: expected call('ask', input={'city': 'Oslo'}) after 'plan', found 'ask': its input.city is "Paris", expected "Oslo"

          expected                              actual
          'plan'                                plan
          ...                                   ∥ geocode
          ...                                   ∥ get_time
          ...                                   get_zone
          ...                                   ask
        → call('ask', input={'city': 'Oslo'})

        agent weather
        ├─ llm gpt
        ├─ tool plan
        ├─ ∥ tool geocode
        ├─ ∥ tool get_time
        ├─ ∥ ↳ tool get_zone
        └─ tool ask
        """  # noqa: E501
    )


def test_another_argument_at_the_next_step_is_named():
    trace = a_trace(tool("pay", input={"amount": 9999}))
    assert why(trace.assert_sequence, call("pay", input={"amount": 10})) == text(
        """
        Mismatch: expected call('pay', input={'amount': 10}) first, found 'pay': its input.amount is 9999, expected 10

          expected                            actual
        → call('pay', input={'amount': 10})   pay

        tool pay   ← here
        """
    )


def test_a_gap_takes_any_calls_or_none():
    steps("a", "x", "y", "b").assert_sequence("a", ..., "b", ...)


def test_a_gap_does_not_stand_for_a_step():
    assert why(steps("a", "x", "y").assert_sequence, "a", ..., "b") == text(
        """
        Mismatch: expected 'b' after 'a', found nothing more

          expected   actual
          'a'        a
          ...        x
          ...        y
        → 'b'

        agent planner
        ├─ tool a
        ├─ tool x
        └─ tool y
        """
    )


def test_a_step_is_not_taken_greedily():
    steps("a", "b", "a", "b", "c").assert_sequence("a", ..., "b", "c")


def test_after_a_gap_the_furthest_reading_is_shown():
    assert why(steps("x", "a", "c").assert_sequence, ..., "a", "b", ...) == text(
        """
        Mismatch: expected 'b' after 'a', found 'c'

          expected   actual
          ...        x
          'a'        a
        → 'b'        c
          ...

        agent planner
        ├─ tool x
        ├─ tool a
        └─ tool c   ← here
        """
    )


def test_as_many_rows_as_fit_are_not_folded():
    trace = steps(*"abcdefgh", "x", *"ijklmnop")
    table = why(trace.assert_sequence, *"abcdefgh", "y", *"ijklmnop").split("\n\n")[1]
    assert table.count("more") == 0
    trace = steps(*"zabcdefgh", "x", *"ijklmnopq")
    table = why(trace.assert_sequence, *"zabcdefgh", "y", *"ijklmnopq").split("\n\n")[1]
    assert table.count("… 1 more") == 2


def test_a_right_name_further_on_is_explained_from_the_first_span_on():
    trace = a_trace(tool("pay", input={"amount": 1}), tool("log"))
    asked = call("pay", input={"amount": 10})
    assert headline(trace.assert_sequence, ..., asked) == (
        "Mismatch: expected call('pay', input={'amount': 10}) first, found 'pay': its input.amount is 1, expected 10"
    )


def test_the_span_above_a_step_is_explained_too():
    trace = a_trace(agent("planner", tool("pay")))
    assert headline(trace.assert_sequence, call("pay", under="cashier")) == (
        "Mismatch: expected call('pay', under='cashier') first, found 'pay': not under what was asked"
    )


def test_a_condition_without_a_name_says_what_is_there_instead():
    assert headline(steps("a").assert_sequence, call(source="timbal")) == (
        "Mismatch: expected call(source='timbal') first, found 'a': its source is 'runtime'"
    )


def test_of_equally_long_readings_the_one_nearest_to_its_end_is_told():
    told = why(steps("a", "x").assert_sequence, either(["a", "b", "c"], ["a", "d"]))
    assert told.split("\n\n")[0] == "Mismatch: expected 'd' after 'a', found 'x'"


def test_a_selection_is_judged_by_all_its_spans():
    FORKED.one("weather").children.assert_sequence("gpt", "plan", ..., "ask")
    FORKED.llms.assert_sequence("gpt")


def test_a_long_sequence_is_shown_around_its_break():
    trace = steps(*(f"step_{at}" for at in range(30)))
    expected = [f"step_{at}" for at in range(15)] + ["other"] + [f"step_{at}" for at in range(16, 30)]
    table = why(trace.assert_sequence, *expected).split("\n\n")[1]
    assert table == text(
        """
          expected    actual
          … 7 more
          'step_7'    step_7
          'step_8'    step_8
          'step_9'    step_9
          'step_10'   step_10
          'step_11'   step_11
          'step_12'   step_12
          'step_13'   step_13
          'step_14'   step_14
        → 'other'     step_15
          'step_16'   step_16
          'step_17'   step_17
          'step_18'   step_18
          'step_19'   step_19
          'step_20'   step_20
          'step_21'   step_21
          'step_22'   step_22
          'step_23'   step_23
          … 6 more
        """
    )


def test_order_of_a_trace_from_a_file_is_overlap():
    trace = a_file(agent("planner", at_once(tool("a"), tool("b")), tool("c")))
    trace.assert_sequence(parallel("a", "b"), "c")
    with pytest.raises(ExpectationError, match="expected 'b' after 'a', found it beside 'a'"):
        trace.assert_sequence("a", "b", "c")


def test_a_thousand_calls_are_matched():
    trace = steps(*["search", "read"] * 500)
    trace.assert_sequence(..., repeat(["search", "read"], 10), ..., "read")
    assert headline(trace.assert_sequence, ..., "write", ...) == (
        "Mismatch: expected 'write' first, found nothing more"
    )


def test_an_empty_selection_has_no_sequence():
    assert why(a_trace().spans.assert_sequence, "a") == "EmptyTrace: nothing was recorded"
