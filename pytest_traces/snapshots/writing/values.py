"""Captured values as JSON on one line, keys sorted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

from pytest_traces.runtime.values.nodes import Unordered

_NUMBER = 9  # characters from which a number may be a time, or made up
_ID = 12  # characters from which a key may be an id

_encode = json.JSONEncoder(ensure_ascii=False).encode

Scrub = Callable[[str], str]
"""Takes out of a text what changes from run to run."""
Write = Callable[[Any, Scrub], str]
"""Writes a value on one line."""

_LINE_BREAK = re.compile("[\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029]")  # a reader of lines would break there too


def render(value: Any, scrub: Scrub) -> str:
    """Return a plain value as JSON on one line, keys sorted.

    By hand, because a JSON encoder needs a copy first and takes as long again for each value.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is int or kind is float:
        drawn = repr(value)
        if len(drawn) >= _NUMBER and scrub(drawn) != drawn:
            return encode_basestring(drawn)  # noise: a string, so that the line stays JSON with a mark in it
        return drawn
    if kind is dict:
        if value and len(max(value, key=len)) >= _ID:
            written = _by_scrubbed_key({key: render(item, scrub) for key, item in value.items()}, scrub)
            return "{" + ", ".join([f"{encode_basestring(key)}: {text}" for key, text in written.items()]) + "}"
        return (
            "{" + ", ".join([f"{encode_basestring(key)}: {render(value[key], scrub)}" for key in sorted(value)]) + "}"
        )
    if kind is list:
        return "[" + ", ".join([render(item, scrub) for item in value]) + "]"
    if kind is Unordered:
        return "[" + ", ".join(sorted([render(item, scrub) for item in value], key=scrub)) + "]"
    return _encode(value)


def _by_scrubbed_key(written: dict[str, str], scrub: Scrub) -> dict[str, str]:
    """Order ids by what they stand for, then by who came first: an id of this run must not order the next one's."""
    marks = {key: scrub(key) for key in written}
    if all(key == mark for key, mark in marks.items()):
        return {key: written[key] for key in sorted(written)}
    return dict(sorted(written.items(), key=lambda pair: (marks[pair[0]], scrub(pair[1]))))


def committable(text: str) -> str:
    """Return a text that any editor and any reader of files gives back as it is."""
    if _LINE_BREAK.search(text):
        text = _LINE_BREAK.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return text.encode("utf-8", "backslashreplace").decode()
