"""A near miss names the path that differs, however much lies around it."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_traces import at_most, exactly
from pytest_traces.assertions.queries.differing import places
from pytest_traces.errors import SpanNotFound
from tests.builders import a_trace, agent, tool

LONG = "Goods can be sent back within 30 days, if the seal is whole. " * 16
ORDER = {"id": "A-1", "lines": [{"sku": "X", "qty": 1}, {"sku": "Y", "qty": 3}], "note": LONG}
LINES = '[{"qty": 1, "sku": "X"}, {"qty": 3, "sku": "Y"}]'
NOTE = (
    "input.note is …can be sent back within 30 days, if the seal is…, "
    "expected …can be sent back within 60 days, if the seal is…"
)


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        (
            {"lines": [{"qty": 2}, {}]},
            'input.lines.0.qty is 1, expected 2; input.lines.1 is {"qty": 3, "sku": "Y"}, expected {}',
        ),
        ({"id": "A-2"}, 'input.id is "A-1", expected "A-2"'),
        ({"customer": 7}, "input.customer is missing, expected 7"),
        ({"lines": [{"qty": 1}]}, f"input.lines is {LINES}, expected 1 item and not 2"),
        ({"id": int}, 'input.id is "A-1", expected int'),
        ({"note": LONG.replace("30", "60", 1)}, NOTE),
        (exactly({"id": "A-1", "note": LONG}), f"input.lines is {LINES}, not expected"),
        (at_most({"id": "A-1", "lines": ORDER["lines"]}), f'input.note is "{(LONG * 2)[:98]}…, not expected'),
        ("A-1", f'input is {{"id": "A-1", "lines": {LINES}, "note": "Goods can be sent…, expected "A-1"'),
    ],
)
def test_the_path_is_named(expected: Any, told: str) -> None:
    assert places("input", expected, ORDER) == told


def test_json_in_a_text_is_looked_into() -> None:
    assert places("input", {"qty": 2}, '{"qty": 1}') == "input.qty is 1, expected 2"


def test_a_key_that_is_no_word_is_quoted() -> None:
    assert places("input", {"a.b": 2}, {"a.b": 1}) == 'input."a.b" is 1, expected 2'


def test_three_places_are_named_and_the_others_counted() -> None:
    numbers = dict.fromkeys("abcde", 1)
    assert places("input", dict.fromkeys("abcde", 2), numbers) == (
        "input.a is 1, expected 2; input.b is 1, expected 2; input.c is 1, expected 2 and 2 more"
    )


def test_the_message_of_a_large_value_is_as_short_as_its_difference() -> None:
    trace = a_trace(agent("desk", tool("create_ticket", input={"customer": LONG, "order": ORDER})))
    with pytest.raises(SpanNotFound) as failure:
        trace.one("create_ticket", input={"order": {"lines": [{"qty": 2}, {"qty": 3}]}})
    assert str(failure.value).splitlines()[2:] == [
        "agent desk",
        "└─ tool create_ticket   ← its input.order.lines.0.qty is 1, expected 2",
    ]
