"""Values are written and settled, and no change is hidden by it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pytest_traces.snapshots.writing.values import committable, render

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=300),
    lambda inside: st.lists(inside, max_size=6) | st.dictionaries(st.text(max_size=20), inside, max_size=6),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(JSON, JSON)
@example("x" * 121, "x" * 122)
@example(["x" * 900, 1], ["x" * 900, 2])
@example({"a": None}, {})
@example(1, True)
@example(1, "1")
def test_values_that_differ_are_drawn_differently(one: Any, other: Any) -> None:
    assume(json.dumps(one, sort_keys=True) != json.dumps(other, sort_keys=True))
    assert render(one, str) != render(other, str)


def test_keys_are_sorted_and_numbers_are_whole() -> None:
    drawn = '{"a": 1e-07, "b": 0.30000000000000004, "c": 3.0, "d": 3}'
    assert render({"b": 0.1 + 0.2, "a": 1e-7, "c": 3.0, "d": 3}, str) == drawn


def test_keys_that_are_ids_do_not_order_what_they_stand_for() -> None:
    def scrub(text: str) -> str:
        return text.replace("a" * 32, "<id>").replace("b" * 32, "<id>")

    one, other = {"a" * 32: 1, "b" * 32: 2}, {"a" * 32: 2, "b" * 32: 1}
    assert scrub(render(one, scrub)) == scrub(render(other, scrub))


def test_committed_values_read_back_line_by_line() -> None:
    text = "a\u2028b\x85c\x0bd\re\ud800"
    assert committable(text) == "a\\u2028b\\u0085c\\u000bd\\u000de\\ud800"
    assert committable(text).encode().decode().splitlines() == [committable(text)]
