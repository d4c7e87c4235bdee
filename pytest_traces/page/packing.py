"""Packs values for the page: redacted JSON, compressed, as base64 for reports and HTML."""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

from pytest_traces.redaction.keys import MASK, is_secret
from pytest_traces.redaction.masking import redact

NUMBER = "\0number"
"""The only key of a mapping that replaces a number outside JavaScript: NaN, an infinity, a large integer."""

_EXACT_UP_TO = 2**53
_LONG_NUMBER = re.compile(r"\d{16}")

Change = Callable[[str, Any], Any]
"""Returns the replacement for a leaf, given the key of the leaf."""


def pack(fields: Mapping[str, Any]) -> str:
    """Return a mapping as redacted, compressed JSON; the browser unpacks it to show it."""
    return base64.b64encode(zlib.compress(redacted_fields(fields).encode())).decode()


def key_of(packed: str) -> str:
    """Return the key of packed values: equal values have equal keys. It begins with a letter."""
    return f"k{blake2b(packed.encode(), digest_size=9).hexdigest()}"


def redacted_fields(fields: Mapping[str, Any]) -> str:
    """Return a mapping as JSON with its secrets masked; a browser reads every number as it is.

    Items of lists are masked one by one: no secret spans two items.
    """
    text = ",".join(f"{json.dumps(name)}:{_field(value)}" for name, value in fields.items())
    return f"{{{text}}}".encode("utf-8", "backslashreplace").decode()  # the JSON escape of a lone surrogate


def _field(value: Any) -> str:
    return f"[{','.join(map(_redacted, value))}]" if isinstance(value, list) else _redacted(value)


def _redacted(value: Any) -> str:
    text = _written(value)
    masked = redact(text)
    return masked if masked == text or _is_json(masked) else _masked_leaves(text)


def _masked_leaves(text: str) -> str:
    """Mask each text of a value by itself; needed if a pattern of the user matches across texts."""
    return _json(_mapped("", json.loads(text), _masked))


def _written(value: Any) -> str:
    """Return a value as JSON; a number that a browser cannot read exactly is a text."""
    try:
        text = _json(value)
    except ValueError:
        return _json(_mapped("", value, _exact))
    return _json(_mapped("", value, _exact)) if _LONG_NUMBER.search(text) else text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _exact(key: str, leaf: Any) -> Any:
    is_large = isinstance(leaf, int) and abs(leaf) > _EXACT_UP_TO
    is_none = isinstance(leaf, float) and not math.isfinite(leaf)
    return {NUMBER: str(leaf)} if is_large or is_none else leaf


def _masked(key: str, leaf: Any) -> Any:
    if not isinstance(leaf, str):
        return leaf
    return MASK if is_secret(key, leaf) else redact(leaf)


def _mapped(key: str, value: Any, change: Change) -> Any:
    """Return a value with each leaf changed."""
    if isinstance(value, Mapping):
        return {str(name): _mapped(str(name), item, change) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mapped(key, item, change) for item in value]
    return change(key, value)
