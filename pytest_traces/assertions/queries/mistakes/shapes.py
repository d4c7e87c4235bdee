"""Finds expected values of the wrong shape: a part for the whole, a regex for a structure, an item for a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pytest_traces.assertions.queries.matching.values import matches_value
from pytest_traces.drawing.text import json_line, shorten
from pytest_traces.errors import TracesError

_DEEP = 8


def refuse_other_shape(expected: Any, actuals: Iterable[Any], what: str) -> None:
    """Refuse a value that never equals a captured one because the captured one contains it."""
    for actual in actuals:
        for fits, fact in _SHAPES:
            if fits(expected, actual):
                shown = f"/{expected.pattern}/" if isinstance(expected, re.Pattern) else repr(expected)
                there = f"{fact} of the {what}, {shorten(repr(actual), 60)}"
                raise TracesError(f"{shorten(shown, 60)} is {there}\n\nhint: write its shape too, or a predicate")


def _is_found_within(expected: Any, actual: Any) -> bool:
    """Return whether a regex, which only texts match, is found in a structure or a number."""
    is_other = isinstance(actual, (Mapping, list, int, float))
    return isinstance(expected, re.Pattern) and is_other and expected.search(json_line(actual)) is not None


def _is_a_text_within(expected: Any, actual: Any) -> bool:
    is_part = isinstance(expected, str) and expected != "" and isinstance(actual, (Mapping, list))
    return is_part and expected in _texts(actual)


def _holds_the_text(expected: Any, actual: Any) -> bool:
    return isinstance(expected, Mapping) and isinstance(actual, str) and actual != "" and actual in _texts(expected)


def _is_an_item(expected: Any, actual: Any) -> bool:
    is_item = isinstance(expected, Mapping) and isinstance(actual, list)
    return is_item and any(matches_value(expected, item) for item in actual)


def _has_it_among_others(expected: Any, actual: Any) -> bool:
    is_choice = isinstance(expected, (list, tuple, set, frozenset, range)) and not isinstance(actual, list)
    return is_choice and any(matches_value(one, actual) for one in expected)


def _wraps_it(expected: Any, actual: Any) -> bool:
    is_wrapper = isinstance(expected, Mapping) and isinstance(actual, Mapping)
    return is_wrapper and any(
        isinstance(one, Mapping) and one and matches_value(one, actual) for one in expected.values()
    )


def _texts(value: Any, above: int = 0) -> Iterator[str]:
    """Walk over the texts of a structure."""
    if isinstance(value, str):
        yield value
    items = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    for item in items if above < _DEEP else ():
        yield from _texts(item, above + 1)


_SHAPES: tuple[tuple[Callable[[Any, Any], bool], str], ...] = (
    (_is_found_within, "compared with texts only, and found inside the structure"),
    (_is_a_text_within, "a part"),
    (_holds_the_text, "a structure around the text"),
    (_is_an_item, "one item"),
    (_wraps_it, "a mapping around the value"),
    (_has_it_among_others, "compared as a whole, and contains the value"),
)
"""How a captured value can contain the expected one; a message adds `of the input of 'pay', ...`."""
