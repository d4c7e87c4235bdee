"""What may stand for a name, and what is refused because it never could."""

import re
from datetime import datetime
from enum import Enum, StrEnum
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from dirty_equals import IsStr
from pydantic import BaseModel

from pytest_traces.assertions.queries.matching.arguments import exactly
from pytest_traces.errors import TracesError
from pytest_traces.runtime.tracing.tools import trace_tool
from tests.assertions.reading import headline, why
from tests.builders import a_trace, agent, tool

CALLED = []


@pytest.fixture(autouse=True)
def none_called():
    """Begin each test with tools that were not called."""
    CALLED.clear()


def delete_user(name):
    CALLED.append(name)


def archive_user(name):
    CALLED.append(name)
    return 1


@trace_tool
def send_mail(name):
    CALLED.append(name)


@trace_tool(name="post")
async def post_letter(name):
    CALLED.append(name)


async def is_user(name):
    return "user" in name


class Framework(BaseModel):
    name: str = "delete_user"

    def __call__(self, name):
        CALLED.append(name)


class Asking:
    async def __call__(self, name):
        return False


class Called:
    name = "delete_user"

    def __call__(self, name):
        CALLED.append(name)


class Number:
    name = 5

    def __call__(self, name):
        return name == "delete_user"


class Tools(Enum):
    DELETE = "delete_user"
    COUNT = 5


class Texts(StrEnum):
    DELETE = "delete_user"


TRACE = a_trace(agent("planner", tool("delete_user", input={"id": 7})))
NO_NAME = "must be a name, a glob, a regex or a predicate, got"


NUMBER, EQUAL = Number(), partial("delete_user".__eq__)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (Tools.DELETE, "'delete_user'"),
        (Texts.DELETE, "'delete_user'"),
        (IsStr(regex="del.*"), "'delete_user'"),
        (NUMBER, repr(NUMBER)),
        (EQUAL, repr(EQUAL)),
    ],
    ids=["member", "text", "matcher", "object", "partial"],
)
def test_a_member_a_matcher_and_a_predicate_stand_for_a_name(name, shown):
    assert TRACE.one(name).name == "delete_user"
    assert headline(TRACE.assert_never, name) == f"Mismatch: expected no span {shown}, found 1"


@pytest.mark.parametrize(
    ("name", "got"),
    [
        (TRACE.one("delete_user"), "<tool delete_user>; names are texts: 'delete_user'"),
        (Framework(), "Framework(name='delete_user'); names are texts: 'delete_user'"),
        (b"delete_user", "b'delete_user'"),
        (re.compile(b"delete_user"), "re.compile(b'delete_user')"),
        (re.compile(" "), "re.compile(' ')"),
        (Path("delete_user"), f"{Path('delete_user')!r}; names are texts: 'delete_user'"),
        (datetime(2026, 1, 2), "datetime.datetime(2026, 1, 2, 0, 0)"),
        ({"delete_user"}, "{'delete_user'}"),
        (Tools.COUNT, "<Tools.COUNT: 5>; names are texts: 'COUNT'"),
        (str, "<class 'str'>; names are texts: 'str'"),
        (SimpleNamespace(name=5), "namespace(name=5)"),
        (exactly({"id": 7}), "exactly({'id': 7})"),
    ],
)
def test_an_object_that_is_no_name_is_refused(name, got):
    assert why(TRACE.assert_never, name) == f"TracesError: name {NO_NAME} {got}"
    assert why(TRACE.assert_calls, at_most={"delete_user": 1}, only=[name]) == f"TracesError: a step {NO_NAME} {got}"


@pytest.mark.parametrize(
    ("function", "name"),
    [(delete_user, "delete_user"), (send_mail, "send_mail"), (post_letter, "post_letter"), (is_user, "is_user")],
)
def test_a_tool_is_refused_before_it_is_called(function, name):
    refused = why(TRACE.assert_never, function)
    assert refused == f"TracesError: name {NO_NAME} {function!r}; names are texts: {name!r}"
    assert CALLED == []


def test_an_object_that_is_called_and_has_a_name_is_refused_before_it_is_called():
    named, asking = Called(), Asking()
    assert why(TRACE.assert_never, named) == f"TracesError: name {NO_NAME} {named!r}; names are texts: 'delete_user'"
    assert why(TRACE.assert_never, asking) == f"TracesError: name {NO_NAME} {asking!r}"
    assert CALLED == []


def test_a_predicate_answers_with_true_or_false():
    assert why(TRACE.assert_never, archive_user) == (
        "TracesError: a predicate returns True or False; archive_user returned 1 for 'planner'"
    )
    asked = partial(str.replace, "a", "b")
    assert why(TRACE.assert_never, asked) == (
        f"TracesError: a predicate returns True or False; {asked!r} returned 'a' for 'planner'"
    )


def test_a_long_answer_and_a_long_name_are_cut():
    asked = partial(lambda long, name: long, "y" * 9)
    told = f"TracesError: a predicate returns True or False; {asked!r} returned 'yyyyyyyyy' for 'planner'"
    assert why(TRACE.assert_never, asked) == told
    assert why(TRACE.assert_never, ["z" * 200]) == f"TracesError: name {NO_NAME} ['{'z' * 117}…"


def test_a_truth_value_of_numpy_is_an_answer():
    answer = type("bool_", (), {"__bool__": lambda self: True})
    assert TRACE.find(lambda name: answer()).count == 2


@pytest.mark.parametrize("name", ["delete_user ", " delete_user", "\tdelete_user"])
def test_space_around_a_name_is_refused(name):
    with pytest.raises(TracesError) as told:
        TRACE.find(name)
    assert str(told.value) == f"name begins or ends with a space, got {name!r}"


def test_brackets_in_a_name_that_ran_are_no_glob():
    trace = a_trace(agent("a[b]", tool("search[web]")), agent("ab", tool("searchw")))
    assert trace.one("search[web]").name == "search[web]"
    assert trace.find("search[we]").names == ["searchw"]
    assert trace.find(under="a[b]").names == ["search[web]"]
    assert trace.find(under="agent a[b]").names == ["search[web]"]
    assert trace.find(under="agent a?").names == ["searchw"]
    spaced = a_trace(agent("my a[b]", tool("x")), agent("my ab", tool("y")))
    assert spaced.find(under="agent my a[b]").names == ["x"]
    assert "search[web]" in trace.tools


@pytest.mark.parametrize("place", ["agents", "spans"])
def test_under_takes_several_spans(place):
    assert TRACE.assert_nested("delete_user", under=getattr(TRACE, place)).count == 1
    assert TRACE.find(type="tool", under=list(TRACE.agents)).count == 1


def test_the_message_names_the_spans_that_were_asked_for_above():
    trace = a_trace(agent("a", tool("x")), agent("b"), agent("b"), tool("y"))
    assert headline(trace.assert_nested, "y", under=trace.agents) == (
        "Mismatch: expected every span 'y' under agent a or agent b, 1 of 1 is elsewhere"
    )
    assert headline(trace.one, "y", under=trace.agents) == (
        "SpanNotFound: expected 1 span 'y' under agent a or agent b, found 0: called once, elsewhere"
    )


@pytest.mark.parametrize("nowhere", [[], a_trace(tool("x")).agents])
def test_under_refuses_an_empty_selection(nowhere):
    assert why(TRACE.assert_never, "x", under=nowhere) == (
        "TracesError: under must be a span, some spans or a name, got no span"
    )


def test_under_refuses_a_list_without_spans():
    assert why(TRACE.assert_never, "x", under=[5]) == f"TracesError: under {NO_NAME} [5]"
