"""Looks values up among attributes: the first name with a value wins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

Key = str | tuple[str, str]
"""The name of an attribute; a pair is a field inside one."""

MAX_COUNT = 2**63
"""Upper limit of counts: a larger number is invalid, and may have too many digits to print."""

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_JSON_STARTS = ("[", "{", '"')


def first(attributes: Mapping[str, Any], keys: Iterable[Key]) -> Any:
    """Return the first value found, decoded; an empty text is no value."""
    for key in keys:
        value = attributes.get(key if isinstance(key, str) else key[0])
        if value is None:  # most names are plain ones
            continue
        value = decoded(value)
        if not isinstance(key, str):
            value = value.get(key[1]) if isinstance(value, Mapping) else None
        if value is not None and value != "":
            return value
    return None


def text(attributes: Mapping[str, Any], keys: Iterable[Key]) -> str | None:
    """Return the first value found as a text, for names and ids."""
    value = first(attributes, keys)
    return None if value is None else str(value)


def decoded(value: Any) -> Any:
    """Decode JSON inside a string; return any other value unchanged."""
    if not isinstance(value, str) or not value.startswith(_JSON_STARTS):
        return value
    try:
        found = decode(value)
    except (ValueError, RecursionError):
        return value
    return value if half_character(found, value) is not None else found


def half_character(value: Any, written: str) -> str | None:
    """Return the first text with a lone surrogate in a decoded JSON value; `None` if none has one.

    Such a text cannot be written to a file or a terminal. Only an escape, as in `"\\ud83d"`, can make one.
    """
    if not _SURROGATE.search(written):
        return None
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            left.extend(one)
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
        elif isinstance(one, str) and any("\ud800" <= letter <= "\udfff" for letter in one):
            return one
    return None


def decode(text: str, **options: Any) -> Any:
    """Decode JSON; its numbers become those of captured values."""
    return json.loads(text, parse_constant=number, parse_float=number, **options)


def number(written: str) -> float | str:
    """Read a fraction; `NaN` and the infinities become texts, because JSON has no such numbers."""
    read = float(written)
    return read if isfinite(read) else str(read)


def count(attributes: Mapping[str, Any], keys: Iterable[Key]) -> int | None:
    """Return the count found; `None` if it is no whole number from 0."""
    return as_count(first(attributes, keys))


def as_count(value: Any) -> int | None:
    """Return a value as a count; `None` if it is no whole number from 0."""
    found = _as_amount(value)
    return int(found) if found is not None and found.is_integer() and found < MAX_COUNT else None


def amount(attributes: Mapping[str, Any], keys: Iterable[Key]) -> float | None:
    """Return the amount found; `None` if it is negative or not finite."""
    return _as_amount(first(attributes, keys))


def _as_amount(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if 0 <= found < float("inf") else None
