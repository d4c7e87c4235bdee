"""What is in a trace, in a selection, and what they equal: a plain `assert` must not hold by accident."""

import re
from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest

from pytest_traces.errors import TracesError
from tests.assertions.reading import headline, why
from tests.builders import a_trace, agent, tool

TRACE = a_trace(agent("planner", tool("delete_user", call_id="call-1"), tool("pay")))
SPAN = TRACE.one("delete_user")


class Tools(Enum):
    DELETE = "delete_user"


@pytest.mark.parametrize("wanted", ["delete_user", "delete_*", SPAN, Tools.DELETE])
def test_a_span_or_a_name_that_ran_is_there(wanted):
    for whole in (TRACE, TRACE.spans, TRACE.tools):
        assert (wanted in whole, wanted not in whole) == (True, False)
    assert (wanted in TRACE.agents, TRACE.keys().__contains__(wanted)) == (False, True)


def test_a_call_id_is_in_a_trace():
    assert ("call-1" in TRACE, "call-1" in TRACE.tools, "refund" in TRACE) == (True, False, False)


@pytest.mark.parametrize("whole", [TRACE, TRACE.spans, TRACE.agents])
def test_a_slip_is_not_there_by_accident(whole):
    told = headline(lambda: "delete_usr" not in whole)
    assert told == "TracesError: nothing is called 'delete_usr', but 'delete_user' ran; did you mean that one?"
    assert why(lambda: 5 not in whole) == "TracesError: name must be a name, a glob, a regex or a predicate, got 5"


@pytest.mark.parametrize(
    "ask",
    [
        lambda trace: "x" not in trace,
        lambda trace: "x" not in trace.spans,
        lambda trace: trace.get("x"),
        lambda trace: trace["x"],
    ],
)
def test_membership_in_an_empty_trace_is_an_error(ask: Callable[[Any], Any]):
    assert why(ask, a_trace()) == "EmptyTrace: nothing was recorded"


@pytest.mark.parametrize("ask", [TRACE.get, TRACE.__getitem__])
def test_a_trace_is_read_by_call_id(ask):
    assert ask("call-1") is SPAN
    with pytest.raises(TracesError) as told:
        ask("delete_user")
    assert str(told.value) == ("'delete_user' is no call id; it is a name, which trace.one and trace.find take")


def test_a_call_id_that_is_not_there_is_missing():
    assert TRACE.get("call-2") is None
    for missing in ("call-2", 5):
        with pytest.raises(KeyError, match=re.escape(repr(missing))):
            TRACE[missing]


def test_spans_equal_their_names():
    tools = TRACE.tools
    assert (tools == ["delete_user", "pay"], tools == ("delete_user", "pay"), tools == [SPAN, "pay"]) == (True,) * 3
    assert (tools != ["delete_user", "pay"], tools != ["delete_user"], tools == ["pay", "delete_user"]) == (
        False,
        True,
        False,
    )
    assert (tools == TRACE.find(type="tool"), tools == [*tools], tools == [SPAN, SPAN], tools == [5, 5]) == (
        True,
        True,
        False,
        False,
    )


def test_a_span_has_an_index():
    assert [TRACE.tools.index(wanted) for wanted in (SPAN, "pay", "p*")] == [0, 1, 1]
    assert headline(TRACE.tools.index, "refund") == ("SpanNotFound: expected at least 1 span 'refund', found 0")
    with pytest.raises(ValueError, match="not in tuple"):
        TRACE.agents.index(SPAN)


def test_a_misspelt_name_is_not_found_by_accident():
    assert headline(TRACE.find, "delete_usr") == (
        "TracesError: nothing is called 'delete_usr', but 'delete_user' ran; did you mean that one?"
    )
