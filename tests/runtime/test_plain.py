"""Values become plain JSON when they are captured; nothing that a program passes around makes that fail."""

import dataclasses
import datetime
import enum
import math
import uuid
from collections import namedtuple
from pathlib import PurePosixPath

import pytest
from pydantic import BaseModel

from pytest_traces.runtime.recording.plain import plain


class Color(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class City:
    name: str


class Weather(BaseModel):
    temp: int


class Broken:
    def __repr__(self):
        raise ValueError


Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Color.RED, "red"),
        (City("Paris"), {"name": "Paris"}),
        (Weather(temp=21), {"temp": 21}),
        (Point(1, 2), {"x": 1, "y": 2}),
        ({"b", "a"}, ["a", "b"]),
        (b"ab", "YWI="),
        (datetime.date(2025, 1, 2), "2025-01-02"),
        (datetime.timedelta(seconds=3), 3.0),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (PurePosixPath("a/b"), "a/b"),
        (ValueError("boom"), {"type": "ValueError", "message": "boom"}),
        (math.nan, "nan"),
        ((1, [2, (3,)]), [1, [2, [3]]]),
        ({1: "a", Color.RED: "b"}, {"1": "a", "red": "b"}),
        (Broken(), "<Broken>"),
        (City, "<class 'tests.runtime.test_plain.City'>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_becomes_plain(value, expected):
    assert plain(value) == expected


def test_a_value_that_contains_itself_ends_somewhere():
    loop = []
    loop.append(loop)
    assert "nested too deeply" in repr(plain(loop))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({1: "a", "1": "b"}, {"int(1)": "a", "1": "b"}),
        ({"None": "a", None: "b", "x": {"y"}}, {"None": "a", "NoneType(None)": "b", "x": ["y"]}),
        ({1: "a", "1": "b", "int(1)": "c"}, {"int(1)": "a", "1": "b", "int(1)'": "c"}),
    ],
)
def test_no_key_is_lost_to_another_one_that_is_written_alike(value, expected):
    assert plain(value) == expected


class Tagged:
    def __init__(self, said):
        self.said = said

    def __repr__(self):
        return self.said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Tagged(tags={'b', 'a'}, n=frozenset({2, 10, None}))", "Tagged(tags={'a', 'b'}, n=frozenset({10, 2, None}))"),
        ("""Tagged({"it's", 'a, b'})""", """Tagged({"it's", 'a, b'})"""),
        ("Tagged({'b': 1, 'a': 2}, {c, b})", "Tagged({'b': 1, 'a': 2}, {c, b})"),
    ],
)
def test_sets_in_what_an_object_says_of_itself_are_in_one_order(said, expected):
    assert plain(Tagged(said)) == expected
