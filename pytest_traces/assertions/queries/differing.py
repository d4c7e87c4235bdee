"""The paths at which a captured value differs from the expected one, for messages about near misses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType
from typing import Any

from pytest_traces.assertions.queries.matching.arguments import Arguments
from pytest_traces.assertions.queries.matching.clauses import are_spans
from pytest_traces.assertions.queries.matching.values import decoded, keyed, matches_value
from pytest_traces.drawing.changes import first_change
from pytest_traces.drawing.text import brief, json_line, shorten
from pytest_traces.model.span import SpanData
from pytest_traces.wording import count

_TOLD = 3  # differing paths that a message names
_PLAIN_KEY = re.compile(r"[\w-]+")
_SHOWN = 100  # characters of one value in a message


def places(path: str, expected: Any, actual: Any) -> str:
    """Return the paths that differ, in words: `order.lines.0.qty is 1, expected 2`."""
    told = list(_places(path, expected, actual, whole=False))
    more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    return "; ".join(told[:_TOLD]) + more


def _places(path: str, expected: Any, actual: Any, *, whole: bool) -> Iterator[str]:
    if matches_value(expected, actual, whole=whole):
        return
    given = decoded(actual)
    if isinstance(expected, Arguments) and isinstance(given, Mapping):
        yield from _of_arguments(path, expected, given)
    elif isinstance(expected, Mapping) and isinstance(given, Mapping) and expected:
        yield from _of_mapping(path, keyed(expected), given, whole=whole)
    elif isinstance(expected, (list, tuple)) and isinstance(given, list) and len(expected) == len(given):
        for number, item in enumerate(expected):
            yield from _places(f"{path}.{number}", item, given[number], whole=whole)
    else:
        yield f"{path} is {_told(expected, actual)}"


def _of_mapping(path: str, expected: Mapping[str, Any], actual: Mapping[str, Any], *, whole: bool) -> Iterator[str]:
    for key, item in expected.items():
        if key in actual:
            yield from _places(_joined(path, key), item, actual[key], whole=whole)
        else:
            yield f"{_joined(path, key)} is missing, expected {_shown(item)}"
    if whole:
        yield from _not_expected(path, actual, expected)


def _of_arguments(path: str, expected: Arguments, actual: Mapping[str, Any]) -> Iterator[str]:
    wanted, given = expected.compared(actual)
    for key, item in wanted.items():
        if key in given:
            yield from _places(_joined(path, key), item, given[key], whole=True)
        elif expected.is_complete:
            yield f"{_joined(path, key)} is missing, expected {_shown(item)}"
    yield from _not_expected(path, given, wanted)


def _not_expected(path: str, actual: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    for key, item in actual.items():
        if key not in expected:
            yield f"{_joined(path, key)} is {brief(item, _SHOWN)}, not expected"


def _told(expected: Any, actual: Any) -> str:
    if isinstance(expected, str) and isinstance(actual, str):
        got, wanted = first_change(json_line(actual), json_line(expected))
        return f"{shorten(got, _SHOWN)}, expected {shorten(wanted, _SHOWN)}"
    if _is_sequence(expected) and _is_sequence(actual):
        return f"{brief(actual, _SHOWN)}, expected {count(len(expected), 'item')} and not {len(actual)}"
    return f"{brief(actual, _SHOWN)}, expected {_shown(expected)}"


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def show(expected: Any) -> str:
    """Return an expected value for a message."""
    if isinstance(expected, re.Pattern):
        return f"/{expected.pattern}/"
    if isinstance(expected, SpanData):
        return f"{expected.type} {expected.name}"
    if expected and are_spans(expected):
        return " or ".join(dict.fromkeys(map(show, expected)))
    name = getattr(expected, "__name__", None)
    return name if callable(expected) and isinstance(name, str) else shorten(repr(expected), 120)


def _shown(expected: Any) -> str:
    """Return an expected value as a captured one is shown, if it can be captured."""
    try:
        return (
            brief(expected, _SHOWN)
            if type(expected) in (str, int, float, bool, dict, list, NoneType)
            else show(expected)
        )
    except (TypeError, ValueError):
        return show(expected)


def _joined(path: str, key: str) -> str:
    return f"{path}.{key if _PLAIN_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)}"
