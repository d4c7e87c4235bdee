"""Matches texts: by name, glob, regex or predicate."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from enum import Enum
from typing import Any

from pytest_traces.drawing.text import shorten
from pytest_traces.errors import TracesError
from pytest_traces.model.words.compared import Compared
from pytest_traces.spelling import matches_name

Text = str | re.Pattern[str] | Callable[[Any], bool]
"""A name, a glob, a regex (searched), or a predicate."""

_ANY = (".*", "(?s).*", ".*?")
_RECORDING = "pytest_traces.runtime."  # where the wrappers of `trace_tool` are made


def anything(name: Any) -> bool:
    """Match any name: the default of a query. `None` is refused: a variable that was never set has this value."""
    return True


def matches_text(expected: Any, actual: str | None) -> bool:
    """Match a name: exact or glob, regex, predicate, or anything with its own `==`."""
    if isinstance(expected, str):
        return actual is not None and matches_name(expected, actual)
    if isinstance(expected, re.Pattern):
        return actual is not None and expected.search(actual) is not None
    if is_predicate(expected):
        return judged(expected, actual)
    return is_equal(expected, actual)


def is_predicate(expected: Any) -> bool:
    """Return whether a callable is a predicate: a matcher has its own `==`."""
    equality: Any = type(expected).__eq__
    return callable(expected) and equality in (object.__eq__, type.__eq__)


def is_class(expected: Any) -> bool:
    """Return whether the object is a class and no matcher; `IsPositive` of dirty-equals is both."""
    equality: Any = type(expected).__eq__
    return isinstance(expected, type) and equality is type.__eq__


def is_async(expected: Any) -> bool:
    """Return whether a predicate is async: its coroutine would always be true."""
    return any(map(inspect.iscoroutinefunction, (expected, getattr(expected, "__call__"))))  # noqa: B004, B009


def judged(predicate: Callable[[Any], Any], value: Any) -> bool:
    """Call a predicate; refuse a result that is no bool: the function may not be a predicate."""
    return _verdict(predicate(value), "a predicate", predicate, value)


def is_equal(expected: Any, value: Any) -> bool:
    """Compare with a value or a matcher; refuse a result of its `==` that is no bool."""
    return _verdict(expected == value, "an `__eq__`", type(expected), value)


def _verdict(answer: Any, what: str, judge: Any, value: Any) -> bool:
    if type(answer).__name__ not in ("bool", "bool_"):  # `bool_` is numpy's
        name = getattr(judge, "__name__", repr(judge))
        raise TracesError(f"{what} returns True or False; {name} returned {shorten(repr(answer), 60)} for {value!r}")
    return bool(answer)


def unwrapped(expected: Any) -> Any:
    """Return the value of an enumeration's member, and any other object unchanged."""
    return expected.value if isinstance(expected, Enum) else expected


def require_text(expected: Any, what: str) -> Any:
    """Return the pattern to match; refuse a pattern that can never match, or that matches every text."""
    pattern = unwrapped(expected)
    if not _means_text(pattern):
        raise refusal(expected, what)
    if isinstance(pattern, re.Pattern) and matches_anything(pattern):
        raise TracesError(f"{what} is always matched by {expected!r}; re.compile('.*') matches any")
    if isinstance(pattern, str) and pattern != pattern.strip():
        raise TracesError(f"{what} begins or ends with a space, got {pattern!r}")
    return pattern


def matches_anything(pattern: re.Pattern[Any]) -> bool:
    """Return whether a regex matches every text by accident, as `x*`; `.*` does so on purpose."""
    is_text = isinstance(pattern.pattern, str) and pattern.pattern.strip("^$") not in _ANY
    return is_text and pattern.search("") is not None and pattern.search("\0") is not None


def refusal(expected: Any, what: str) -> TracesError:
    """Return the error for an object that is no pattern; it suggests the name of the object."""
    name = getattr(expected, "name", None) or getattr(expected, "__name__", None)
    hint = f"; names are texts: {name!r}" if isinstance(name, str) else ""
    got = shorten(repr(expected), 120)
    return TracesError(f"{what} must be a name, a glob, a regex or a predicate, got {got}{hint}")


def _means_text(pattern: Any) -> bool:
    if isinstance(pattern, re.Pattern):
        pattern = pattern.pattern
        return isinstance(pattern, str) and pattern != "" and not pattern.isspace()
    if isinstance(pattern, str):
        return pattern.strip() != ""
    if is_predicate(pattern):
        return not (is_class(pattern) or is_async(pattern) or _is_a_tool(pattern))
    if isinstance(pattern, Compared):  # it equals texts, but is no matcher
        return False
    equality: Any = type(pattern).__eq__
    return equality(pattern, "") is not NotImplemented  # a matcher, as in dirty-equals


def _is_a_tool(function: Any) -> bool:
    """Return whether a function is a tool of the program: to call it as a predicate would run it."""
    module = getattr(function, "__globals__", {}).get("__name__")
    return str(module).startswith(_RECORDING) or isinstance(getattr(function, "name", None), str)
