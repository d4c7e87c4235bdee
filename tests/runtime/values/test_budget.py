"""A capture ends: cycles are named, a budget is kept, and what is left out is told with a digest."""

import json

import pytest

from pytest_traces.runtime.values import plain as capture
from pytest_traces.runtime.values.digest import digest
from pytest_traces.runtime.values.plain import plain


@pytest.fixture
def small(monkeypatch):
    """Let a value have ten parts, ten thousand characters and four levels."""
    for name, most in (("PARTS", 10), ("LETTERS", 2_000), ("DEPTH", 4)):
        monkeypatch.setattr(capture, name, most)


def test_a_cycle_is_named_by_what_it_goes_back_to():
    node, rows = {"name": "a"}, []
    node["rows"] = rows
    rows.extend([node, rows, {"up": node}])
    assert plain(node) == {
        "name": "a",
        "rows": ["<cycle: dict, 2 up>", "<cycle: list, 1 up>", {"up": "<cycle: dict, 3 up>"}],
    }


def test_a_cycle_of_objects_is_named():
    class Node:
        def __init__(self):
            self.above = self

        def __eq__(self, other):
            raise AssertionError("code of the program ran")

    assert plain(Node()) == "Node(above='<cycle: Node, 1 up>')"


def test_a_shared_part_is_copied_wherever_it_stands():
    shared = ["a"]
    assert plain({"one": shared, "two": [shared]}) == {"one": ["a"], "two": [["a"]]}


def test_a_structure_that_doubles_at_each_level_ends():
    doubled = ["x"]
    for _ in range(40):
        doubled = [doubled, doubled]
    copied = json.dumps(plain(doubled))
    assert len(copied) < 20 * capture.PARTS
    assert "digest" in copied


def test_a_long_list_says_how_many_more_there_are(small):
    numbers = list(range(25))
    assert plain(numbers) == [*range(10), f"<15 more, digest {digest(list(range(10, 25)))}>"]


def test_a_long_mapping_says_how_many_more_there_are(small):
    copied = plain({f"key{number:02}": [number] for number in range(12)})
    assert list(copied) == [*(f"key{number:02}" for number in range(10)), "<more>"]
    assert copied["<more>"].startswith("<2 more, digest ")
    assert copied["key03"] == [f"<1 more, digest {digest([3])}>"]


def test_a_long_text_says_how_much_more_there_is(small):
    copied = plain(["a" * 1_500, "b" * 1_500])
    assert copied[0] == "a" * 1_500
    assert copied[1] == f"{'b' * 500}<1,000 more characters, digest {digest('b' * 1_000)}>"


def test_a_value_that_is_too_deep_is_told_as_such(small):
    assert plain([[[[["x"]]]]]) == [[[[f"<deeper than 4 levels, digest {digest(['x'])}>"]]]]


def test_a_large_set_is_told_as_a_whole_for_its_order_says_nothing(small):
    names = {f"name{number}" for number in range(20)}
    [told] = plain(names)
    assert told.startswith("<20 items, digest ")
    assert [told] == plain(names | {"name3"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [1, 3]),
        ([1, [2]], [1, 2]),
        ({"a": 1}, {"a": 2}),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
        ([1], [1.0]),
        ([1], [True]),
        (["1"], [1]),
        ({1, 2}, {1, 3}),
        (ValueError("a"), ValueError("b")),
        ([[], [[]]], [[[]], []]),
    ],
)
def test_a_digest_tells_values_apart(one, other):
    assert digest(one) != digest(other)


def test_a_digest_does_not_depend_on_the_order_of_keys_and_sets():
    assert digest({"a": {"x", "y"}, "b": 1}) == digest({"b": 1, "a": {"y", "x"}})


def test_a_digest_of_what_is_endless_ends():
    node = {}
    node["self"] = [node] * 3
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert len(digest(node)) == len(digest(deep)) == 12


def test_a_value_nested_a_hundred_thousand_times_is_one_clear_value():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    text = json.dumps(plain(deep))
    assert "deeper than 60 levels, digest " in text


def test_half_characters_are_spelled_out_in_texts_and_keys():
    assert plain({"\ud800": "a\udfff", "x": ["\ud83d"] * 2}) == {"\\ud800": "a\\udfff", "x": ["\\ud83d", "\\ud83d"]}


def test_a_capture_with_the_stack_nearly_full_raises_nothing():
    value = [[[[["x"]]]]]

    def dig():
        try:
            return dig()
        except RecursionError:
            return plain(value)

    assert dig() in ([[[[["x"]]]]], "<list: not copied, the stack is nearly full>")


def test_a_program_may_change_a_value_while_it_is_captured():
    class Shrinking(Exception):
        def __str__(self):
            rows.clear()
            about.clear()
            return "gone"

    rows, about = [], {}
    rows.extend([Shrinking(), 1, 2])
    about.update(error=rows, more=3)
    assert plain(about) == {"error": [{"type": "Shrinking", "message": "gone"}, 1, 2], "more": 3}
