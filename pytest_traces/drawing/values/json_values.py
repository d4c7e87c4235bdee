"""Reads and writes JSON without a change to any digit, and cuts long texts."""

from __future__ import annotations

import json
from hashlib import blake2b
from json.encoder import encode_basestring
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False).encode
_LARGE = 20  # the longest whole value, as a multiple of the longest whole text


class Number(str):
    """A number in its original notation."""

    __slots__ = ()


def read_json(text: str) -> Any:
    """Return the value of a JSON text; raises `ValueError` if the text is no JSON or repeats a key."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def write_json(value: Any) -> str:
    """Return a value in its original notation, on one line."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        return "{" + ", ".join([f"{encode_basestring(key)}: {write_json(item)}" for key, item in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ", ".join([write_json(item) for item in value]) + "]"
    return json.dumps(value)


def is_written(text: str) -> bool:
    """Return quickly whether `write_json` wrote a text; some of its numbers are not recognised."""
    try:
        return _encode(json.loads(text)) == text
    except (ValueError, RecursionError):
        return False


def cut_texts(value: Any, limit: int) -> Any:
    """Return a value whose texts are cut to a limit."""
    if isinstance(value, str):
        return value if isinstance(value, Number) else cut(value, limit)
    if isinstance(value, dict):
        return {key: cut_texts(item, limit) for key, item in value.items()}
    return [cut_texts(item, limit) for item in value] if isinstance(value, list) else value


def is_large(text: str, limit: int) -> bool:
    """Return whether the JSON of a value is too long to be shown in parts."""
    return len(text) > _LARGE * limit


def cut(text: str, limit: int) -> str:
    """Return head and tail of a long text; its length and a digest in between show every change.

    >>> cut("abcdefghij", 4)
    'ab…⟨10 chars 6366d953⟩…ij'
    """
    if len(text) <= limit:
        return text
    half = limit // 2
    digest = blake2b(text.encode("utf-8", "backslashreplace"), digest_size=4).hexdigest()
    return f"{text[:half]}…⟨{len(text):,} chars {digest}⟩…{text[-half:]}"


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a key stands there twice")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_doubles, parse_float=Number, parse_int=Number, parse_constant=Number, strict=False
)
