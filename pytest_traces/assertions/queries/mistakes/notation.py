"""Finds expected values in the wrong notation: keys, types, JSON, globs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import NoneType
from typing import Any
from unicodedata import normalize

from pytest_traces.assertions.queries.matching.arguments import Arguments
from pytest_traces.assertions.queries.matching.texts import matches_text
from pytest_traces.assertions.queries.matching.values import decoded, keyed, matches_value
from pytest_traces.assertions.queries.mistakes.shapes import refuse_other_shape
from pytest_traces.drawing.text import shorten
from pytest_traces.errors import TracesError
from pytest_traces.spelling import is_glob, misspells

_DEEP = 8
_WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "none": None, "null": None}
_PREDICATE = "hint: to ask for exactly this value, write a predicate"


def refuse_value(expected: Any, actuals: Iterable[Any], what: str) -> None:
    """Refuse a value, at any depth, that was captured in another notation."""
    actuals = [decoded(actual) for actual in actuals]
    if isinstance(expected, Arguments):
        expected = expected.expected
    refuse_other_shape(expected, actuals, what)
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
    elif isinstance(expected, (str, int, float, NoneType)):
        _refuse_other_type(expected, actuals, what)


def _refuse_key(given: str, mappings: Iterable[Mapping[str, Any]], what: str) -> None:
    there = dict.fromkeys(key for mapping in mappings for key in mapping)
    if given in there:
        return
    for key in there:
        if misspells(given, key):
            raise TracesError(
                f"{given!r} is nowhere in the {what}, but {key!r} is; did you mean that one?\n\n{_PREDICATE}"
            )
    for path in dict.fromkeys(path for mapping in mappings for path in _deeper(mapping)):
        if given in (".".join(path), path[-1]):
            fact = f"{given!r} is no key at the top of the {what}, but below {path[0]!r}; write it as nested mappings"
            raise TracesError(f"{fact}\n\n{_PREDICATE}")


def _deeper(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of each key below the top ones; items of lists are numbered."""
    named = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in named:
        if above:
            yield (*above, str(key))
        if len(above) < _DEEP:
            yield from _deeper(item, (*above, str(key)))


def _refuse_other_type(expected: str | float | None, actuals: Iterable[Any], what: str) -> None:
    """Refuse a scalar of another type or Unicode form, and a structure that is written as JSON."""
    for actual in actuals:
        is_json = isinstance(actual, (dict, list)) and decoded(expected) == actual
        if is_json or (_says_the_same(expected, actual) and not matches_value(expected, actual)):
            fact = f"{expected!r} is nowhere in the {what}, but {shorten(repr(actual), 60)} is; did you mean that one?"
            raise TracesError(f"{fact}\n\n{_PREDICATE}")


def _says_the_same(expected: Any, actual: Any) -> bool:
    one, other = _read(expected), _read(actual)
    return type(one) is type(other) and one == other  # 1 is not True


def _read(value: Any) -> Any:
    """Return the value of a scalar in any notation: `"7"` is 7, `"true"` is True, `"null"` is None."""
    text = normalize("NFC", value) if isinstance(value, str) else value
    if isinstance(text, str) and text.casefold() in _WORDS:
        return _WORDS[text.casefold()]
    try:
        return text if isinstance(text, (bool, NoneType)) else float(text)
    except (TypeError, ValueError, OverflowError):
        return text


def _refuse_glob(expected: str, actuals: Iterable[Any], what: str) -> None:
    for actual in actuals:
        if isinstance(actual, str) and matches_text(expected, actual) and actual != expected:
            raise TracesError(
                f"values are compared whole: {expected!r} is no glob in the {what}, "
                f"where {shorten(repr(actual), 60)} is; use re.compile(...)"
            )
