"""Values become plain JSON when they are captured; nothing that a program passes around makes that fail."""

import array
import dataclasses
import datetime
import decimal
import enum
import functools
import math
import re
import uuid
from collections import UserDict, deque, namedtuple
from pathlib import PurePosixPath
from types import MappingProxyType, SimpleNamespace

import attrs
import pytest
from pydantic import BaseModel, Field, RootModel, SecretStr

from pytest_traces.runtime.values.plain import plain


class Color(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class City:
    name: str


class Weather(BaseModel):
    temp: int


GROUP = {
    "type": "ExceptionGroup",
    "message": "two (2 sub-exceptions)",
    "exceptions": [{"type": "ValueError", "message": "a"}, {"type": "KeyError", "message": "'b'"}],
}


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
        (City, "<class 'tests.runtime.values.test_plain.City'>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_becomes_plain(value, expected):
    assert plain(value) == expected


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


class Money:
    """A value of a class of its own, which says what it is and when two are equal."""

    currency = "EUR"

    def __init__(self, amount, **more):
        self.amount = amount
        self._cache = object()
        vars(self).update(more)

    def __repr__(self):
        raise AssertionError("code of the program ran")


class Client:
    def __init__(self):
        self.api_key = "secret"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Money(5), "Money(amount=5)"),
        (Money("5", tags={"b", "a"}, of=Money(1)), "Money(amount='5', tags=['a', 'b'], of='Money(amount=1)')"),
        (Client(), "<Client>"),
        ([Client().__init__], ["<method Client.__init__>"]),
        (object(), "<object>"),
        (decimal.Decimal("1.50"), "Decimal('1.50')"),
        (re.compile("a+"), "re.compile('a+')"),
        (SecretStr("hunter2"), "SecretStr('**********')"),
        (len, "<function len>"),
        (functools.partial(len), "<partial builtin_function_or_method>"),
        ((one for one in "ab"), "<generator <genexpr>>"),
        (Broken, "<class 'tests.runtime.values.test_plain.Broken'>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_without_a_plain_form_is_written_by_its_type_and_its_fields(value, expected):
    assert plain(value) == expected


class Tree(BaseModel):
    name: str
    hidden: str = Field("x", exclude=True)
    below: list["Tree"] = []
    model_config = {"extra": "allow"}


class Names(RootModel[list[str]]):
    pass


@dataclasses.dataclass(slots=True)
class Step:
    done: dataclasses.InitVar[int] = 1
    name: str = "go"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            Tree(name="a", below=[Tree(name="b")], more=1),
            {"name": "a", "below": [{"name": "b", "below": []}], "more": 1},
        ),
        (Names(["a"]), ["a"]),
        (Step(), {"name": "go"}),
        (attrs.make_class("Point", ["x", "y"])(1, 2), {"x": 1, "y": 2}),
        (SimpleNamespace(a=1), {"a": 1}),
        (MappingProxyType({"a": {1}}), {"a": [1]}),
        (UserDict(a=1), {"a": 1}),
        (deque([1, (2,)]), [1, [2]]),
        ({"a": 1}.items(), [["a", 1]]),
        (array.array("d", [1.5]), [1.5]),
        (ExceptionGroup("two", [ValueError("a"), KeyError("b")]), GROUP),
        (ValueError({"a": {1}}), {"type": "ValueError", "message": "{'a': [1]}"}),
        (KeyError("a"), {"type": "KeyError", "message": "'a'"}),
        (ValueError(1, Client()), {"type": "ValueError", "message": "(1, '<Client>')"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_object_that_declares_its_fields_is_a_mapping_of_them(value, expected):
    assert plain(value) == expected
