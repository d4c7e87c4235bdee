"""Matches texts: by name, glob, regex or predicate."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from enum import Enum
from typing import Any

from pytest_traces.drawing.text import shorten
from pytest_traces.errors import TracesError
from pytest_traces.model.compared import Compared
from pytest_traces.spelling import matches_name

Text = str | re.Pattern[str] | Callable[[Any], bool]
"""A name, a glob, a regex (searched), or a predicate."""

_ANY = (".*", "(?s).*", ".*?")
_RECORDING = "pytest_traces.runtime."  # where the wrappers of `trace_tool` are made


def anything(name: Any) -> bool:
    """Match any name: what a query asks when no name is given. `None` is not that: it is a name gone missing."""
    return True


def matches_text(expected: Any, actual: str | None) -> bool:
    """Match a name: exact or glob, regex, predicate, or anything with its own `==`."""
    if isinstance(expected, str):
        return actual is not None and matches_name(expected, actual)
    if isinstance(expected, re.Pattern):
        return actual is not None and expected.search(actual) is not None
    if is_predicate(expected):
        return judged(expected, actual)
    return bool(expected == actual)


def is_predicate(expected: Any) -> bool:
    """Tell a function from a matcher: a matcher has its own `==`."""
    equality: Any = type(expected).__eq__
    return callable(expected) and equality in (object.__eq__, type.__eq__)


def is_class(expected: Any) -> bool:
    """Tell a class from a matcher that is one, as in `IsPositive` of dirty-equals."""
    equality: Any = type(expected).__eq__
    return isinstance(expected, type) and equality is type.__eq__


def is_async(expected: Any) -> bool:
    """Tell a predicate that would answer with a coroutine, which is always true."""
    return any(map(inspect.iscoroutinefunction, (expected, getattr(expected, "__call__"))))  # noqa: B004, B009


def judged(predicate: Callable[[Any], Any], value: Any) -> bool:
    """Ask a predicate; what is neither true nor false is no answer: perhaps it was never meant as one."""
    answer = predicate(value)
    if type(answer).__name__ not in ("bool", "bool_"):  # the second one is numpy's
        name = getattr(predicate, "__name__", repr(predicate))
        raise TracesError(f"a predicate says True or False; {name} said {shorten(repr(answer), 60)} of {value!r}")
    return bool(answer)


def unwrapped(expected: Any) -> Any:
    """Return what the member of an enumeration stands for; give anything else back as it is."""
    return expected.value if isinstance(expected, Enum) else expected


def require_text(expected: Any, what: str) -> Any:
    """Return what a pattern stands for; refuse one that could match nothing, or anything, by accident."""
    pattern = unwrapped(expected)
    if not _means_text(pattern):
        raise refusal(expected, what)
    if isinstance(pattern, re.Pattern) and matches_anything(pattern):
        raise TracesError(f"{what} is matched by {expected!r} whatever it is; re.compile('.*') asks for any")
    if isinstance(pattern, str) and pattern != pattern.strip():
        raise TracesError(f"{what} begins or ends with a space, got {pattern!r}")
    return pattern


def matches_anything(pattern: re.Pattern[Any]) -> bool:
    """Tell a regex that finds nothing at the beginning of every text, as `x*` does, from `.*`, which says so."""
    is_text = isinstance(pattern.pattern, str) and pattern.pattern.strip("^$") not in _ANY
    return is_text and pattern.search("") is not None and pattern.search("\0") is not None


def refusal(expected: Any, what: str) -> TracesError:
    """Say that something is no pattern; what has a name was perhaps meant by it."""
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
    if isinstance(pattern, Compared):  # it judges texts too, but means itself
        return False
    equality: Any = type(pattern).__eq__
    return equality(pattern, "") is not NotImplemented  # a matcher, as those of dirty-equals, judges texts


def _is_a_tool(function: Any) -> bool:
    """Tell what a program calls from what judges: to ask a tool for its opinion would run it."""
    module = getattr(function, "__globals__", {}).get("__name__")
    return str(module).startswith(_RECORDING) or isinstance(getattr(function, "name", None), str)
