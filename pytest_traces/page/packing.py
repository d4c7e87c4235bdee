"""Values as the page holds them: redacted JSON, compressed, as base64 that travels in reports and stands in HTML."""

from __future__ import annotations

import base64
import json
import math
import re
import zlib
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

from pytest_traces.redaction import MASK, is_secret, redact

NUMBER = "\0number"
"""The only key of what stands for a number that JavaScript can't hold: NaN, an infinity, a large integer."""

_EXACT_UP_TO = 2**53
_LONG_NUMBER = re.compile(r"\d{16}")

Change = Callable[[str, Any], Any]
"""Returns what takes the place of a leaf, given the key that it stands under."""


def pack(fields: Mapping[str, Any]) -> str:
    """Return a mapping as redacted, compressed JSON; the browser unpacks it when it is shown."""
    return base64.b64encode(zlib.compress(redacted_fields(fields).encode())).decode()


def unpack(packed: str) -> Any:
    """Return what was packed, secrets masked."""
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def key_of(packed: str) -> str:
    """Return the key of packed values: equal values have equal keys. It begins with a letter."""
    return f"k{blake2b(packed.encode(), digest_size=9).hexdigest()}"


def redacted_fields(fields: Mapping[str, Any]) -> str:
    """Return a mapping as JSON with its secrets masked; a browser reads every number as it is.

    Items of lists are masked one by one: what is secret in one never reaches into the next.
    """
    text = ",".join(f"{json.dumps(name)}:{_field(value)}" for name, value in fields.items())
    return f"{{{text}}}".encode("utf-8", "backslashreplace").decode()  # JSON escapes a lone surrogate so


def _redacted_json(value: Any) -> str:
    exact, text = value, _written(value)
    if text is None or _LONG_NUMBER.search(text):
        exact = _mapped("", value, _exact)
        text = _json(exact)
    masked = redact(text)
    if masked == text or _is_json(masked):
        return masked
    return _json(_mapped("", exact, _masked))  # a pattern of the user took more than a value


def _field(value: Any) -> str:
    return f"[{','.join(map(_redacted_json, value))}]" if isinstance(value, list) else _redacted_json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _written(value: Any) -> str | None:
    """Return a value as JSON; `None` if it holds a number that JSON does not know."""
    try:
        return _json(value)
    except ValueError:
        return None


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
