"""Captured values as they stand in a snapshot: short, on one line, never hiding a change."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

_TEXT = 120  # characters of one string
_WHOLE = 800  # characters of one value

_EPOCH = 1e9  # numbers from here on may be seconds since 1970

_write = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode

Scrub = Callable[[str], str]


def render(value: Any, scrub: Scrub) -> str:
    """Return a plain value as JSON on one line, keys sorted, cut with length and digest where long."""
    text = _write(_settled(value, scrub))
    return text if len(text) <= _WHOLE else f"⟨{text[:_TEXT]}… {_measure(text)}⟩"


def digest(text: str) -> str:
    """Return eight hex digits that change whenever the text does."""
    return blake2b(text.encode(), digest_size=4).hexdigest()


def _measure(text: str) -> str:
    return f"{len(text):,} chars {digest(text)}"


def _settled(value: Any, scrub: Scrub) -> Any:
    """Round floats and cut long strings; the digest is of the scrubbed text, so it is as stable."""
    kind = type(value)
    if kind is str:
        if len(value) <= _TEXT:
            return value
        clean = scrub(value)
        return clean if len(clean) <= _TEXT else f"{clean[:_TEXT]}…⟨{_measure(clean)}⟩"
    if kind in (int, float):
        if abs(value) > _EPOCH and (mark := scrub(str(value))) != str(value):
            return mark  # a clock: a string, so that the line stays JSON
        return float(f"{value:.10g}") if kind is float else value
    if kind is dict:
        return {key: _settled(item, scrub) for key, item in value.items()}
    if kind is list:
        return [_settled(item, scrub) for item in value]
    return value
