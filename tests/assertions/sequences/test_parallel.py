"""Concurrent calls in a sequence: `parallel`, and gaps beside branches."""

import pytest

from pytest_traces.assertions.sequences.patterns import either, parallel
from tests.assertions.reading import headline, text, why
from tests.assertions.sequences.programs import FORKED, steps
from tests.builders import a_trace, agent, at_once, tool


def test_parallel_branches_hold_in_any_order():
    FORKED.assert_sequence("plan", parallel(["get_time", "get_zone"], "geocode"), "ask")


def test_the_order_inside_a_branch_counts():
    wrong = parallel("geocode", ["get_zone", "get_time"])
    assert why(FORKED.assert_sequence, "plan", wrong, "ask") == text(
        """
        Mismatch: expected 'get_zone' beside 'geocode', found 'get_time'

          expected      actual
          'plan'        plan
          ∥ 'geocode'   ∥ geocode
        → 'get_zone'    ∥ get_time
          'ask'         get_zone
                        ask

        agent weather
        ├─ llm gpt
        ├─ tool plan
        ├─ ∥ tool geocode
        ├─ ∥ tool get_time   ← here
        ├─ ∥ ↳ tool get_zone
        └─ tool ask
        """
    )


def test_sequential_calls_are_not_parallel():
    assert why(steps("a", "b").assert_sequence, parallel("a", "b")) == text(
        """
        Mismatch: expected 'b' beside 'a', found it after 'a': they were not concurrent

          expected   actual
          ∥ 'a'      a
        → 'b'        b

        agent planner
        ├─ tool a
        └─ tool b   ← here
        """
    )


def test_parallel_calls_are_not_a_sequence():
    trace = a_trace(agent("planner", at_once(tool("a"), tool("b"))))
    assert why(trace.assert_sequence, "a", "b") == text(
        """
        Mismatch: expected 'b' after 'a', found it beside 'a': write parallel(...) for concurrent calls

          expected   actual
          'a'        ∥ a
        → 'b'        ∥ b

        agent planner
        ├─ ∥ tool a
        └─ ∥ tool b   ← here
        """
    )


def test_parallel_calls_are_not_a_sequence_with_a_gap_either():
    trace = a_trace(agent("planner", at_once(tool("a"), tool("b"))))
    assert why(trace.assert_sequence, "a", ..., "b") == text(
        """
        Mismatch: expected 'b' after 'a', found it beside 'a': write parallel(...) for concurrent calls

          expected   actual
          'a'        ∥ a
          ...        ∥ b
        → 'b'

        agent planner
        ├─ ∥ tool a
        └─ ∥ tool b
        """
    )


def test_a_branch_that_did_not_run_breaks_a_parallel():
    trace = a_trace(agent("planner", at_once(tool("a"), tool("b")), tool("d")))
    assert why(trace.assert_sequence, parallel("a", "b", "c"), "d") == text(
        """
        Mismatch: expected 'c' beside 'b', found 'd'

          expected   actual
          ∥ 'a'      ∥ a
          ∥ 'b'      ∥ b
        → 'c'        d
          'd'

        agent planner
        ├─ ∥ tool a
        ├─ ∥ tool b
        └─ tool d   ← here
        """
    )


def test_one_branch_too_many_breaks_a_parallel():
    trace = a_trace(agent("planner", at_once(tool("a"), tool("b"), tool("x"))))
    assert why(trace.assert_sequence, parallel("a", "b")) == text(
        """
        Mismatch: expected nothing more after 'b', found 'x'

          expected       actual
          ∥ 'a'          ∥ a
          ∥ 'b'          ∥ b
        → nothing more   ∥ x

        agent planner
        ├─ ∥ tool a
        ├─ ∥ tool b
        └─ ∥ tool x   ← here
        """
    )


def test_branches_that_did_not_run_are_all_told():
    trace = a_trace(agent("planner", at_once(tool("a"), tool("b"))))
    wrong = parallel("a", ["c", "x"], "d")
    assert headline(trace.assert_sequence, wrong) == ("Mismatch: expected 'c' and 'd' beside 'a', found 'b'")


def test_a_parallel_of_which_nothing_ran_is_told_as_it_was_written():
    assert why(steps("x").assert_sequence, parallel("a", ["b", "c"])) == text(
        """
        Mismatch: expected parallel('a', ['b', 'c']) first, found 'x'

          expected                    actual
        → parallel('a', ['b', 'c'])   x

        agent planner
        └─ tool x   ← here
        """
    )


def test_a_parallel_within_a_parallel_is_told_step_by_step():
    trace = a_trace(agent("planner", at_once(tool("a"), [tool("b"), at_once(tool("c"), tool("x"))])))
    wrong = parallel("a", ["b", parallel("c", "d")])
    assert headline(trace.assert_sequence, wrong) == "Mismatch: expected 'd' beside 'c', found 'x'"


@pytest.mark.parametrize("names", ["ab", "ba"])
def test_the_branch_that_comes_first_may_be_the_last_one_written(names):
    trace = a_trace(agent("planner", at_once(*([tool(name), tool(f"{name}2")] for name in names), tool("c"))))
    trace.assert_sequence(parallel(["a", "a2"], ["b", "b2"], "c"))


@pytest.mark.parametrize("branches", [("a", "x", "b"), ("x", "a", "b"), ("b", "a", "x")])
def test_a_gap_takes_what_ran_beside_its_neighbours_whenever_it_was_scheduled(branches):
    trace = a_trace(agent("planner", at_once(*map(tool, branches)), tool("c")))
    trace.assert_sequence(parallel("a", "b"), ..., "c")
    trace.assert_sequence(..., parallel("a", "b"), "c")


def test_a_call_beside_all_steps_needs_a_gap():
    trace = a_trace(agent("planner", at_once([tool("a"), tool("b")], tool("x"))))
    trace.assert_sequence("a", ..., "b")
    assert why(trace.assert_sequence, "a", "b") == text(
        """
        Mismatch: expected nothing more after 'b', found 'x'

          expected       actual
          'a'            a
          'b'            ∥ b
        → nothing more   ∥ x

        agent planner
        ├─ ∥ tool a
        ├─ ∥ ↳ tool b
        └─ ∥ tool x   ← here
        """
    )


def test_after_branches_only_the_remaining_steps_are_listed():
    trace = a_trace(agent("planner", at_once(tool("a"), tool("b")), tool("x"), tool("y")))
    assert why(trace.assert_sequence, parallel("a", "b"), "c", "d").split("\n\n")[1] == text(
        """
          expected   actual
          ∥ 'a'      ∥ a
          ∥ 'b'      ∥ b
        → 'c'        x
          'd'        y
        """
    )


def test_the_missing_steps_are_told_branch_by_branch():
    trace = a_trace(agent("planner", at_once(tool("a"), tool("x"))))
    beside = "Mismatch: expected {} beside 'a', found 'x'"
    for pattern, wanted in [
        (parallel("a", either("b", "c")), "'b' or 'c'"),
        (parallel("a", "b", "c"), "'b' and 'c'"),
        (parallel("a", [parallel("b", "c"), "d"]), "parallel('b', 'c')"),
        (parallel([parallel("a", "b"), "d"], "c"), "'b' and 'c'"),
    ]:
        assert headline(trace.assert_sequence, pattern) == beside.format(wanted)
