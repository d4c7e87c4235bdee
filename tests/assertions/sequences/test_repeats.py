"""Steps that may come several times, or not at all: `either`, `repeat`, `optional`."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_traces.assertions.sequences.patterns import either, optional, repeat
from tests.assertions.reading import text, why
from tests.assertions.sequences.programs import steps


def test_either_takes_one_of_its_alternatives():
    trace = steps("a", "b", "c")
    trace.assert_sequence(either("x", ["a", "b"]), "c")
    assert why(trace.assert_sequence, either("x", ["a", "y"]), "c") == text(
        """
        Mismatch: expected 'y' after 'a', found 'b'

          expected   actual
          'a'        a
        → 'y'        b
          'c'        c

        agent planner
        ├─ tool a
        ├─ tool b   ← here
        └─ tool c
        """
    )


def test_repeat_takes_a_step_several_times():
    trace = steps("a", "a", "a", "b")
    trace.assert_sequence(repeat("a", 1, 3), "b")
    trace.assert_sequence(repeat("a", 3), "b")
    assert why(trace.assert_sequence, repeat("a", 1, 2), "b") == text(
        """
        Mismatch: expected 'b' after 'a', found 'a'

          expected   actual
          'a'        a
          'a'        a
        → 'b'        a
                     b

        agent planner
        ├─ tool a
        ├─ tool a
        ├─ tool a   ← here
        └─ tool b
        """
    )
    assert why(trace.assert_sequence, repeat("a", 4), "b") == text(
        """
        Mismatch: expected 'a' after 'a', found 'b'

          expected   actual
          'a'        a
          'a'        a
          'a'        a
        → 'a'        b
          'b'

        agent planner
        ├─ tool a
        ├─ tool a
        ├─ tool a
        └─ tool b   ← here
        """
    )


def test_repeat_takes_several_steps():
    steps("ask", "answer", "ask", "answer").assert_sequence(repeat(["ask", "answer"], 2, 2))


def test_optional_may_be_left_out():
    steps("a", "c").assert_sequence("a", optional("b"), "c")
    steps("a", "b", "c").assert_sequence("a", optional("b"), "c")
    assert why(steps("a", "x", "c").assert_sequence, "a", optional("b"), "c") == text(
        """
        Mismatch: expected 'c' or 'b' after 'a', found 'x'

          expected     actual
          'a'          a
        → 'c' or 'b'   x
          'c'          c

        agent planner
        ├─ tool a
        ├─ tool x   ← here
        └─ tool c
        """
    )


LETTERS = st.sampled_from("ab")


def patterns():
    """Give patterns twice: in our words, and as a regular expression."""
    one = LETTERS.map(lambda letter: (letter, letter))
    gap = st.just((..., ".*"))
    either_way = st.tuples(LETTERS, LETTERS, LETTERS).map(
        lambda way: (either(way[0], [way[1], way[2]]), f"(?:{way[0]}|{way[1]}{way[2]})")
    )
    again = st.tuples(LETTERS, st.integers(0, 2), st.integers(1, 2)).map(
        lambda some: (repeat(some[0], some[1], some[1] + some[2]), f"(?:{some[0]}){{{some[1]},{some[1] + some[2]}}}")
    )
    return st.lists(st.one_of(one, gap, either_way, again), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(patterns(), st.text("ab", min_size=1, max_size=7))
def test_in_a_program_without_concurrency_a_sequence_is_a_regular_expression(pattern, ran):
    regex = "".join(part for _, part in pattern)
    if re.fullmatch(regex, ""):
        return  # a pattern that may be nothing is refused
    holds = why(steps(*ran).assert_sequence, *(step for step, _ in pattern)) == "it passed"
    assert holds == bool(re.fullmatch(regex, ran))
