"""Captured values as JSON on one line, keys sorted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

from pytest_traces.runtime.values.nodes import Unordered

_NUMBER = 9  # characters from which a number may be a time, or generated
_ID = 12  # characters from which a key may be an id

_encode = json.JSONEncoder(ensure_ascii=False).encode

Scrub = Callable[[str], str]
"""Masks the parts of a text that change from run to run."""
Write = Callable[[Any, Scrub], str]
"""Writes a value on one line."""

_LINE_BREAK = re.compile("[\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029]")  # a reader of lines would break there too


def render(value: Any, scrub: Scrub) -> str:
    """Return a plain value as JSON on one line, keys sorted.

    Written by hand: a JSON encoder needs a copy first, which doubles the time.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is int or kind is float:
        drawn = repr(value)
        if len(drawn) >= _NUMBER and scrub(drawn) != drawn:
            return encode_basestring(drawn)  # noise becomes a string, so that the line is still JSON
        return drawn
    if kind is dict:
        if value and len(max(value, key=len)) >= _ID:
            written = _by_scrubbed_key({key: render(item, scrub) for key, item in value.items()}, scrub)
            return "{" + ", ".join([f"{encode_basestring(key)}: {text}" for key, text in written.items()]) + "}"
        inside = [f"{encode_basestring(key)}: {render(value[key], scrub)}" for key in sorted(value)]
        return f"{{{', '.join(inside)}}}"
    if kind is list:
        return "[" + ", ".join([render(item, scrub) for item in value]) + "]"
    if kind is Unordered:
        return "[" + ", ".join(sorted([render(item, scrub) for item in value], key=scrub)) + "]"
    return _encode(value)


def _by_scrubbed_key(written: dict[str, str], scrub: Scrub) -> dict[str, str]:
    """Order keys by their masks, then by position: an id of this run must not order the keys of the next run."""
    marks = {key: scrub(key) for key in written}
    if all(key == mark for key, mark in marks.items()):
        return {key: written[key] for key in sorted(written)}
    return dict(sorted(written.items(), key=lambda pair: (marks[pair[0]], scrub(pair[1]))))


def committable(text: str) -> str:
    """Return a text that every editor and file reader keeps unchanged."""
    if _LINE_BREAK.search(text):
        text = _LINE_BREAK.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode()
    return text
