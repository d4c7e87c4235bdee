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

from pytest_traces.runtime.plain import plain


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
        (City, "<class 'test_plain.City'>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_becomes_plain(value, expected):
    assert plain(value) == expected


def test_a_value_that_contains_itself_ends_somewhere():
    loop = []
    loop.append(loop)
    assert "nested too deeply" in repr(plain(loop))
