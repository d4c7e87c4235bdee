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


def anything(name: Any) -> bool:
    """Match any name: what a query asks when no name is given. `None` is not that: it is a name gone missing."""
    return True


def is_glob(expected: Any) -> bool:
    """Tell a glob from an exact name."""
    return isinstance(expected, str) and _GLOB.search(expected) is not None


def matches_text(expected: Any, actual: str | None) -> bool:
    """Match a name: exact or glob, regex, predicate, or anything with its own `==`."""
    if isinstance(expected, str):
        if actual is None:
            return False
        return expected == actual or (is_glob(expected) and fnmatch.fnmatchcase(actual, expected))
    if isinstance(expected, re.Pattern):
        return actual is not None and expected.search(actual) is not None
    if is_predicate(expected):
        return bool(expected(actual))
    return bool(expected == actual)


def matches_value(expected: Any, actual: Any) -> bool:
    """Match a value: a mapping matches part of a mapping, at any depth; everything else must be equal.

    JSON inside strings is decoded where a structure is expected. An absent key is not `None`. An empty mapping
    matches only an empty one: what is no part of anything would be a part of everything.
    """
    if isinstance(expected, Mapping):
        actual = decoded(actual)
        return (
            isinstance(actual, Mapping)
            and (len(expected) > 0 or len(actual) == 0)
            and all(key in actual and matches_value(item, actual[key]) for key, item in expected.items())
        )
    if isinstance(expected, (list, tuple)):
        actual = decoded(actual)
        return (
            isinstance(actual, (list, tuple))
            and len(expected) == len(actual)
            and all(map(matches_value, expected, actual))
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
    text = expected.pattern if isinstance(expected, re.Pattern) else expected
    if (
        text is None
        or (isinstance(text, str) and not text.strip())
        or isinstance(text, (int, float, list, tuple, set, dict))
    ):
        raise TracesError(f"{what} must be a name, a glob, a regex or a predicate, got {expected!r}")


def decoded(actual: Any) -> Any:
    """Read JSON out of a string that looks like a structure; give anything else back as it is."""
    if isinstance(actual, str) and actual[:1] in ("[", "{"):
        try:
            return json.loads(actual)
        except ValueError:
            return actual
    return actual
