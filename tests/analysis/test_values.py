"""Whether a value is somewhere inside another, and whether that tells anything."""

import pytest

from pytest_traces.analysis.values import holds, leaves, telling


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"lat": 48.85, "ok": True, "n": 3, "none": None, "id": "ab"}, [48.85]),
        (["Paris", "Paris", 10, -10, 9, -9, 2.0, 12.0, 0.5], ["Paris", 10, -10, 12.0, 0.5]),
        ('{"city": "Paris"}', ["Paris"]),
        ('["Paris"]', ["Paris"]),
        ("{not json", ["{not json"]),
        ("  a ", []),
        ("abc", ["abc"]),
    ],
)
def test_telling_values_would_not_be_there_by_chance(value, found):
    assert telling(value) == found


@pytest.mark.parametrize(
    ("whole", "part", "there"),
    [
        ({"a": ["Paris"]}, "Paris", True),
        ("in Paris, today", "Paris", True),
        ("Parisian", "Paris", False),
        ("CompParis Paris", "Paris", True),
        (48.85, 48.85, True),
        ("at 48.85 north", 48.85, True),
        ("at 148.85", 48.85, False),
        ("at 48.851", 48.85, False),
        (12, 12.0, True),
        ('{"temp": 21}', 21, True),
        ("(Paris)", "Paris", True),
        ({"Paris": 1}, "Paris", False),
        (None, "Paris", False),
        ([], "Paris", False),
        ("-- x", "--", True),
        ("at 48.85", 48, False),
        ("at 1.48", 48, False),
        ("at 48.", 48, True),
        ('["Paris"]', "Paris", True),
        (True, True, True),
        (True, 1, False),
        (1, True, False),
        ("Paris", " Paris ", True),
        ('got {"b": 1, "a": 2}', {"b": 1, "a": 2}, True),
        ('got {"a": 2, "b": 1}', {"b": 1, "a": 2}, True),
        ("got {'b': 1, 'a': 2}", {"b": 1, "a": 2}, True),
        ("got null", {"b": 1, "a": 2}, False),
    ],
)
def test_a_value_is_inside_another_as_a_leaf_or_a_word(whole, part, there):
    assert holds(whole, part) is there


def test_a_value_nested_too_deep_to_be_read_is_a_text():
    deep = "[" * 100_000
    assert list(leaves(deep)) == [deep]
    assert holds(f"{deep} pending", "pending")
