"""Finds values that no captured value equals because they are written otherwise: keys, types, JSON, globs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_traces.assertions.queries.matching.arguments import Arguments
from pytest_traces.assertions.queries.matching.texts import matches_text
from pytest_traces.assertions.queries.matching.values import decoded, keyed
from pytest_traces.drawing.text import shorten
from pytest_traces.errors import TracesError
from pytest_traces.spelling import is_glob, is_slip

_PREDICATE = "hint: to ask for exactly this value, write a predicate"


def refuse_value(expected: Any, actuals: Iterable[Any], what: str) -> None:
    """Refuse a value that is there, but written otherwise; at any depth."""
    actuals = [decoded(actual) for actual in actuals]
    if isinstance(expected, Arguments):
        expected = expected.expected
    if isinstance(expected, Mapping):
        mappings = [actual for actual in actuals if isinstance(actual, Mapping)]
        for key, item in keyed(expected).items():
            _refuse_key(key, mappings, what)
            refuse_value(item, [actual[key] for actual in mappings if key in actual], what)
    elif isinstance(expected, (list, tuple)):
        items = [item for actual in actuals if isinstance(actual, list) for item in actual]
        for one in expected:
            refuse_value(one, items, what)
    elif is_glob(expected) and decoded(expected) == expected:
        _refuse_glob(expected, actuals, what)
    elif isinstance(expected, (str, int, float)) and not isinstance(expected, bool):
        _refuse_other_type(expected, actuals, what)


def _refuse_key(given: str, mappings: Iterable[Mapping[str, Any]], what: str) -> None:
    there = dict.fromkeys(key for mapping in mappings for key in mapping)
    if given in there:
        return
    for key in there:
        if is_slip(given, key):
            raise TracesError(
                f"{given!r} is nowhere in the {what}, but {key!r} is; did you mean that one?\n\n{_PREDICATE}"
            )
    for path in dict.fromkeys(path for mapping in mappings for path in _deeper(mapping)):
        if given in (".".join(path), path[-1]):
            fact = f"{given!r} is no key at the top of the {what}, but below {path[0]!r}; write it as nested mappings"
            raise TracesError(f"{fact}\n\n{_PREDICATE}")


def _deeper(mapping: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Walk over the keys below the top ones, as paths."""
    for key, item in mapping.items():
        if above:
            yield (*above, key)
        if isinstance(item, Mapping) and len(above) < 8:
            yield from _deeper(item, (*above, key))


def _refuse_other_type(expected: str | float, actuals: Iterable[Any], what: str) -> None:
    """Refuse a number written as a text, a text as a number, and a structure as JSON."""
    for actual in actuals:
        is_number = isinstance(actual, (int, float)) and not isinstance(actual, bool)
        is_other = isinstance(actual, str) != isinstance(expected, str) and (is_number or isinstance(actual, str))
        is_json = not isinstance(actual, str) and decoded(expected) == actual
        if (is_other and str(actual) == str(expected)) or (is_json and isinstance(actual, (dict, list))):
            fact = f"{expected!r} is nowhere in the {what}, but {shorten(repr(actual), 60)} is; did you mean that one?"
            raise TracesError(f"{fact}\n\n{_PREDICATE}")


def _refuse_glob(expected: str, actuals: Iterable[Any], what: str) -> None:
    for actual in actuals:
        if isinstance(actual, str) and matches_text(expected, actual) and actual != expected:
            raise TracesError(
                f"values are compared whole: {expected!r} is no glob in the {what}, "
                f"where {shorten(repr(actual), 60)} is; use re.compile(...)"
            )
