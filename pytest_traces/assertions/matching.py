"""Whether a captured value is what somebody expects."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pytest_traces.errors import TracesError

Text = str | re.Pattern[str] | Callable[[Any], bool]
"""A name, a glob, a regex (searched), or a predicate."""

_GLOB = re.compile(r"[*?\[]")


def matches_text(expected: Any, actual: str | None) -> bool:
    """Match a name: exact or glob, regex, predicate, or anything with its own `==`."""
    if isinstance(expected, str):
        if actual is None:
            return False
        return expected == actual or (bool(_GLOB.search(expected)) and fnmatch.fnmatchcase(actual, expected))
    if isinstance(expected, re.Pattern):
        return actual is not None and expected.search(actual) is not None
    if is_predicate(expected):
        return bool(expected(actual))
    return bool(expected == actual)


def matches_value(expected: Any, actual: Any) -> bool:
    """Match a value: a mapping matches part of a mapping, at any depth; everything else must be equal.

    JSON inside strings is decoded where a structure is expected. An absent key is not `None`.
    """
    if isinstance(expected, Mapping):
        actual = _decoded(actual)
        return isinstance(actual, Mapping) and all(
            key in actual and matches_value(item, actual[key]) for key, item in expected.items()
        )
    if isinstance(expected, (list, tuple)):
        actual = _decoded(actual)
        return (
            isinstance(actual, (list, tuple))
            and len(expected) == len(actual)
            and all(matches_value(item, there) for item, there in zip(expected, actual, strict=True))
        )
    if isinstance(expected, re.Pattern):
        return isinstance(actual, str) and expected.search(actual) is not None
    if is_predicate(expected):
        return bool(expected(actual))
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual or (not isinstance(expected, (bool, int, float)) and bool(expected == actual))
    return bool(expected == actual)


def is_predicate(expected: Any) -> bool:
    """Tell a function from a matcher: a matcher has its own `==`."""
    equality: Any = type(expected).__eq__
    return callable(expected) and equality in (object.__eq__, type.__eq__)


def require_text(expected: Any, what: str) -> None:
    """Reject a pattern that means nothing: an empty one matches by accident."""
    if expected is None or (isinstance(expected, str) and not expected):
        raise TracesError(f"{what} must be a name, a glob, a regex or a predicate, got {expected!r}")


def _decoded(actual: Any) -> Any:
    if isinstance(actual, str) and actual[:1] in "[{":
        try:
            return json.loads(actual)
        except ValueError:
            return actual
    return actual
