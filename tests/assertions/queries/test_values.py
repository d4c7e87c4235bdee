"""Values are expected as a program has them, and compared as they were captured."""

import datetime
import re
import uuid
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import PurePosixPath

import pytest
from dirty_equals import IsInt
from pydantic import BaseModel

from pytest_traces.assertions.queries.matching.arguments import at_most, exactly
from pytest_traces.assertions.queries.matching.values import matches_value
from pytest_traces.errors import TracesError
from pytest_traces.runtime.values.plain import plain
from tests.assertions.reading import headline, why
from tests.builders import a_trace, tool


class Colour(Enum):
    RED = "red"


class Level(IntEnum):
    ONE = 1


@dataclass
class Point:
    x: int
    y: int


@dataclass
class Near:
    """A matcher that is a dataclass."""

    to: int

    def __eq__(self, other):
        return isinstance(other, int) and abs(other - self.to) < 2


class City(BaseModel):
    name: str


Pair = namedtuple("Pair", "a b")

VALUES = [
    Colour.RED,
    Level.ONE,
    PurePosixPath("/etc/passwd"),
    uuid.UUID(int=5),
    datetime.datetime(2026, 1, 2, 3, 4),
    {"a", "b"},
    b"abc",
    Point(1, 2),
    City(name="Paris"),
    Pair(1, 2),
    float("nan"),
    {Colour.RED: [Point(1, 2)], 5: (1, 2)},
]


def given(value):
    return a_trace(tool("f", input={"value": plain(value), "other": 1}))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_matches_what_was_captured_of_it(value):
    trace = given(value)
    assert trace.find("f", input={"value": value}).count == 1
    assert trace.find("f", input=exactly({"value": value, "other": 1})).count == 1
    told = f"Mismatch: expected no span 'f' with input { ({'value': value})!r}, found 1"
    assert headline(trace.assert_never, "f", input={"value": value}) == told
    assert given("else").find("f", input={"value": value}).count == 0


@pytest.mark.parametrize(
    ("expected", "actual", "matches"),
    [
        (int, 5, True),
        (int, True, False),
        (float, True, False),
        (float, 5.0, True),
        (int, "100", False),
        (bool, True, True),
        (object, None, True),
        (str, "x", True),
        (dict, {}, True),
        (IsInt, 5, True),
        (IsInt, "5", False),
        (Near(5), 6, True),
        (Near(5), 7, False),
        (1, True, False),
        (True, 1, False),
        (Level.ONE, True, False),
        (1, 1.0, True),
        (Point(1, 2), {"x": 1, "y": 2}, True),
        ({"x": 1}, ' {"x": 1, "y": 2}', True),
        ([1], "\n[1]", True),
        ([{}], [{"x": 1}], False),
        (lambda text: text == "x", "x", True),
    ],
)
def test_a_value_is_matched(expected, actual, matches):
    assert a_trace(tool("f", input={"value": actual})).find("f", input={"value": expected}).count == matches


def test_exact_arguments_are_exact_inside_text():
    trace = a_trace(tool("f", input={"body": '{"a": 1, "b": 2}'}))
    assert trace.find("f", input=exactly({"body": {"a": 1}})).count == 0
    assert trace.find("f", input=exactly({"body": {"a": 1, "b": 2}})).count == 1
    assert trace.find("f", input={"body": {"a": 1}}).count == 1
    assert given(Point(1, 2)).find("f", input=at_most({"value": {"x": 1}, "other": 1})).count == 0


async def later(value):
    return False


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        (datetime.datetime, "input is captured as str, int, float, bool, list, dict, NoneType, never as datetime"),
        ({"a": [City]}, "input is captured as str, int, float, bool, list, dict, NoneType, never as City"),
        (re.compile(b"x"), "input is text: a regex of bytes never matches it, got re.compile(b'x')"),
        ([later], "input cannot be matched by an async function: its coroutine is always true"),
        ({"a": lambda value: None}, "a predicate returns True or False; <lambda> returned None for 1"),
    ],
)
def test_an_expected_value_that_no_recorded_value_can_match_is_refused(expected, message):
    with pytest.raises(TracesError) as told:
        a_trace(tool("f", input={"a": 1})).find("f", input=expected)
    assert str(told.value) == message


class Known(OSError):
    pass


@pytest.mark.parametrize(
    ("error", "kind", "matches"),
    [
        (OSError, "TimeoutError", True),
        (OSError, "Known", True),
        (OSError, "OSError", True),
        (TimeoutError, "OSError", False),
        (Exception, "RateLimitOfSomebody", True),
        (BaseException, "RateLimitOfSomebody", True),
        (OSError, "RateLimitOfSomebody", False),
        (Exception, "KeyboardInterrupt", False),
        (BaseException, "KeyboardInterrupt", True),
    ],
)
def test_a_class_of_errors_has_all_that_derive_from_it(error, kind, matches):
    assert a_trace(tool("a"), tool("f", error=f"{kind}: no")).find(error=error).count == matches


def test_a_class_that_is_no_error_is_refused():
    assert why(a_trace(tool("f")).find, error=str) == (
        "TracesError: error is a class of exceptions, a name or a regex, got str"
    )


def test_blocked_counts_as_an_error():
    trace = a_trace(tool("a"), tool("b", status="blocked"), tool("c", status="timeout"), tool("d", error="E: no"))
    assert trace.find(error=True).names == ["b", "c", "d"]
    assert trace.find(error=False).names == ["a"]
    assert headline(trace.assert_no_errors) == "Mismatch: expected no errors, 'b' and 2 more failed: blocked"


@pytest.mark.parametrize("text", ["é", "日本", "naïve\nline", "e\u0301", "👍", "half \ud800"])
def test_a_text_with_an_accent_is_compared_like_any_other(text: str) -> None:
    assert matches_value(text, plain(text))
    assert not matches_value(text, "e")
    assert not matches_value({"a": [text]}, {"a": ["e"]})
