"""Matches an expected value with a captured one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from types import NoneType
from typing import Any

from pytest_traces.assertions.queries.matching.texts import (
    is_async,
    is_class,
    is_equal,
    is_predicate,
    judged,
    matches_anything,
)
from pytest_traces.errors import TracesError
from pytest_traces.runtime.values.plain import plain
from pytest_traces.runtime.values.reading import is_opaque

_KINDS = (str, int, float, bool, list, dict, NoneType)
"""The types of captured values."""


def matches_value(expected: Any, actual: Any, *, whole: bool = False) -> bool:
    """Return whether a value matches: a mapping matches a part of a mapping, at any depth; other values must be equal.

    Captured values are plain JSON, so an expected value is compared in its captured form. An enumeration's member is
    its value, a path or a date is text, a model or dataclass is a mapping. A class matches its instances. JSON inside
    a string is decoded if a structure is expected. A missing key is not `None`. An empty mapping matches only an
    empty one, because it is a part of every mapping. With `whole`, mappings must match in full.
    """
    if isinstance(expected, Mapping):
        return _matches_mapping(keyed(expected), decoded(actual), whole)
    if _is_list(expected):
        actual = decoded(actual)
        return (
            isinstance(actual, (list, tuple))
            and len(expected) == len(actual)
            and all(map(partial(matches_value, whole=whole), expected, actual))
        )
    if isinstance(expected, re.Pattern):
        return isinstance(actual, str) and expected.search(actual) is not None
    if is_class(expected):
        return isinstance(actual, expected) and not (isinstance(actual, bool) and expected in (int, float))
    if is_predicate(expected):
        return judged(expected, actual)
    return _matches_one(expected, actual, whole)


def _matches_mapping(expected: Mapping[str, Any], actual: Any, whole: bool) -> bool:
    if not isinstance(actual, Mapping):
        return False
    keys = expected.keys()
    complete = keys == actual.keys() if whole or not keys else keys <= actual.keys()
    return complete and all(matches_value(item, actual[key], whole=whole) for key, item in expected.items())


def _matches_one(expected: Any, actual: Any, whole: bool) -> bool:
    """Compare a scalar or a matcher, as given and in its captured form."""
    known = plain(expected)
    if type(known) is type(expected):  # not `is`: capturing copies a text with an accent
        expected = known
    if known is expected or is_opaque(expected):
        return is_equal(expected, actual) and isinstance(expected, bool) is isinstance(actual, bool)
    is_number = isinstance(expected, (int, float))  # a named one: 1 must not pass for True
    return (not is_number and is_equal(expected, actual)) or matches_value(known, actual, whole=whole)


def keyed(expected: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a mapping with its keys in their captured form."""
    return {text: item for key, item in expected.items() for text in plain({key: None})}


def decoded(actual: Any) -> Any:
    """Decode a string that looks like a JSON structure; return any other value unchanged."""
    if isinstance(actual, str) and actual.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(actual)
        except (ValueError, RecursionError):  # JSON nested too deep for the parser stays a text
            return actual
    return actual


def require_value(expected: Any, what: str) -> None:
    """Raise `TracesError` for an object, at any depth, that no captured value can equal."""
    if isinstance(expected, Mapping):
        for item in expected.values():
            require_value(item, what)
    elif _is_list(expected):
        for item in expected:
            require_value(item, what)
    elif isinstance(expected, re.Pattern) and isinstance(expected.pattern, bytes):
        raise TracesError(f"{what} is text: a regex of bytes never matches it, got {expected!r}")
    elif isinstance(expected, re.Pattern) and matches_anything(expected):
        raise TracesError(f"{what} is always matched by {expected!r}; re.compile('.*') matches any text")
    elif is_class(expected) and not any(issubclass(kind, expected) for kind in _KINDS):
        kinds = ", ".join(kind.__name__ for kind in _KINDS)
        raise TracesError(f"{what} is captured as {kinds}, never as {expected.__name__}")
    elif is_opaque(expected) and not _compares(expected):
        raise TracesError(
            f"{what} is captured as {plain(expected)!r}, whatever it holds: ask for what it was made from"
        )
    elif is_predicate(expected) and is_async(expected):
        raise TracesError(f"{what} cannot be matched by an async function: its coroutine is always true")


def _compares(expected: Any) -> bool:
    """Return whether an object has its own `==`, as matchers do."""
    return "__eq__" in {name for kind in type(expected).__mro__[:-1] for name in vars(kind)}


def _is_list(expected: Any) -> bool:
    return isinstance(expected, (list, tuple)) and not hasattr(expected, "_asdict")  # a named tuple is a mapping
