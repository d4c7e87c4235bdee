"""Plain asserts on names and selections."""

import pytest

from pytest_traces.assertions.names import Row
from pytest_traces.trace.comparing import explain_comparison
from tests.assertions.reading import text
from tests.builders import a_trace, agent, tool

TRACE = a_trace(agent("planner", tool("geocode"), tool("get_weather")))


def explained(op, left, right):
    lines = explain_comparison(op, left, right)
    return None if lines is None else "\n".join(lines)


def test_names_are_a_list():
    names = TRACE.tools.names
    assert names == ["geocode", "get_weather"]
    assert isinstance(names, list)
    assert repr(names) == "['geocode', 'get_weather']"


def test_another_name_is_shown_in_the_tree():
    assert explained("==", TRACE.tools.names, ["geocode", "get_wind"]) == text(
        """
        ['geocode', 'get_weather'] == ['geocode', 'get_wind']

        expected 'get_wind' at index 1, found 'get_weather'

          expected     actual
          'geocode'    'geocode'
        → 'get_wind'   'get_weather'

        agent planner
        ├─ tool geocode
        └─ tool get_weather   ← here
        """
    )


def test_a_missing_name_is_shown():
    assert explained("==", ["geocode", "get_weather", "pay"], TRACE.tools.names) == text(
        """
        ['geocode', 'get_weather', 'pay'] == ['geocode', 'get_weather']

        expected 'pay' at index 2, found nothing more

          expected        actual
          'geocode'       'geocode'
          'get_weather'   'get_weather'
        → 'pay'

        agent planner
        ├─ tool geocode
        └─ tool get_weather
        """
    )


def test_a_name_too_many_is_shown():
    assert explained("==", TRACE.tools.names, ["geocode"]) == text(
        """
        ['geocode', 'get_weather'] == ['geocode']

        expected nothing more at index 1, found 'get_weather'

          expected    actual
          'geocode'   'geocode'
        →             'get_weather'

        agent planner
        ├─ tool geocode
        └─ tool get_weather   ← here
        """
    )


def test_spans_are_compared_with_spans():
    assert explained("==", TRACE.tools, [TRACE.one("geocode")]) == text(
        """
        [<tool geocode>, <tool get_weather>] == [<tool geocode>]

        expected nothing more at index 1, found <tool get_weather>

          expected         actual
          <tool geocode>   <tool geocode>
        →                  <tool get_weather>

        agent planner
        ├─ tool geocode
        └─ tool get_weather   ← here
        """
    )


def test_something_else_is_no_list():
    assert explained("==", TRACE.tools.names, "geocode") == text(
        """
        ['geocode', 'get_weather'] == 'geocode'

        expected 'geocode', which is no list of spans or names

        agent planner
        ├─ tool geocode
        └─ tool get_weather
        """
    )


def test_a_name_that_is_not_there_has_a_nearest_one():
    assert explained("in", "get_wether", TRACE.tools.names) == text(
        """
        'get_wether' in ['geocode', 'get_weather']

        expected 'get_wether' among 2 spans, it is not there; did you mean 'get_weather'?

        agent planner
        ├─ tool geocode
        └─ tool get_weather
        """
    )


def test_a_name_that_is_there_is_pointed_out():
    assert explained("not in", "geocode", TRACE.tools.names) == text(
        """
        'geocode' not in ['geocode', 'get_weather']

        expected no 'geocode', found 1

        agent planner
        ├─ tool geocode   ← here
        └─ tool get_weather
        """
    )


def test_equal_names_that_must_differ_are_pointed_out():
    assert explained("!=", TRACE.tools.names, ["geocode", "get_weather"]) == text(
        """
        ['geocode', 'get_weather'] != ['geocode', 'get_weather']

        expected anything else

        agent planner
        ├─ tool geocode   ← here
        └─ tool get_weather   ← here
        """
    )


def test_a_list_is_no_tuple():
    assert explained("==", TRACE.tools.names, ("geocode", "get_weather")) == text(
        """
        ['geocode', 'get_weather'] == ('geocode', 'get_weather')

        a list is compared with a tuple: write ['geocode', 'get_weather']

        agent planner
        ├─ tool geocode
        └─ tool get_weather
        """
    )
    assert "expected 'pay' at index 1" in explained("==", ("geocode", "pay"), TRACE.tools.names)
    assert "expected 'pay' at index 2" in explained("==", ("geocode", "get_weather", "pay"), TRACE.tools.names)
    assert "expected nothing more at index 1" in explained("==", ("geocode",), TRACE.tools.names)


def test_spans_are_compared_with_names():
    assert explained("==", TRACE.tools, ["geocode", "pay"]) == text(
        """
        [<tool geocode>, <tool get_weather>] == ['geocode', 'pay']

        expected 'pay' at index 1, found 'get_weather'

          expected    actual
          'geocode'   'geocode'
        → 'pay'       'get_weather'

        agent planner
        ├─ tool geocode
        └─ tool get_weather   ← here
        """
    )


@pytest.mark.parametrize("wanted", ["get_*", TRACE.one("get_weather")])
def test_a_name_among_spans_is_pointed_out(wanted):
    lines = explained("not in", wanted, TRACE.tools).splitlines()
    assert (lines[2], lines[-1]) == (f"expected no {wanted!r}, found 1", "└─ tool get_weather   ← here")


def test_rows_equal_lists_and_tuples():
    empty, some = Row(), Row([1, 2])
    assert (empty == [], empty == (), empty != [], some == [1, 2], some == (1, 2)) == (True, True, False, True, True)
    assert (some == [1], some != [1], some == [1, 3], some == 5, some != (1, 2)) == (
        False,
        True,
        False,
        False,
        False,
    )
    assert hash(some) == hash((1, 2))


def test_an_empty_selection_equals_an_empty_list():
    assert (TRACE.retries == [], TRACE.retries == ()) == (True, True)
    assert TRACE.runs == [TRACE.runs[0]]
    assert TRACE.events == [*TRACE.events]


def test_other_comparisons_are_left_to_pytest():
    assert explained("==", [1], [2]) is None
    assert explained("<", TRACE.tools.names, ["a"]) is None


def test_only_the_first_difference_is_pointed_out():
    lines = explained("==", TRACE.tools.names, ["pay", "get_weather"]).splitlines()
    assert [line for line in lines if "←" in line] == ["├─ tool geocode   ← here"]


def test_a_value_that_is_no_name_has_no_nearest_one():
    assert explained("in", 5, TRACE.tools.names).splitlines()[2] == "expected 5 among 2 spans, it is not there"
