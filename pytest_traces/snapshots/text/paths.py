"""Paths of values in a trace: `ignore=` and `replace=` take them, mismatches print them."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pytest_traces.errors import UnknownCondition

_IN_SPANS = ("input", "output", "error", "status", "model", "tags", "metadata", "attributes", "usage", "attempt")

FIELDS = (*_IN_SPANS, "payload")
"""Fields of a span or an event that a path may lead into."""

_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[^."]+')
_NEEDS_QUOTES = re.compile(r'[.*?\[\]"]')

DROPPED = object()
"""Returned by an edit to remove a value."""


class FieldPath:
    """`output.request_id` in any span, `get_weather.output.request_id` in one; `chunk.payload.id` in an event.

    Each part may be a glob; a part in double quotes is literal; items of a list are numbered from 0.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        parts = _PART.findall(text)
        at = next((index for index, part in enumerate(parts) if part in FIELDS), None)
        if at is None:
            raise UnknownCondition("field in the path", text, FIELDS)
        self._name = _matcher(parts[0]) if at == 1 else _matcher(".".join(parts[:at]) or "*")
        self.field = parts[at]
        self.is_named = at > 0
        """Whether it begins with the name of a span."""
        self.is_deep = len(parts) > at + 1 and self.field != "error"
        """Whether it ends at a key of the program's own data."""
        if self.field == "error" and parts[at + 1 :] not in ([], ["type"], ["message"]):
            raise UnknownCondition("field in the path", text, ("error", "error.message", "error.type"))
        self._keys = [_matcher(part) for part in parts[at + 1 :]]

    def concerns(self, name: str) -> bool:
        """Whether it concerns spans, or events, of this name."""
        return self._name(name)

    def edit(self, values: dict[str, Any], change: Callable[[Any], Any]) -> tuple[dict[str, Any], int]:
        """Return a copy of a span's values with each matching value edited, and the number of them."""
        hits: list[None] = []

        def counted(value: Any) -> Any:
            hits.append(None)
            return change(value)

        edited = _edit(values, [lambda key: key == self.field, *self._keys], counted)
        return (edited, len(hits)) if hits else (values, 0)


def joined(parts: Iterable[str]) -> str:
    """Return the path from the name of a span through some keys; ambiguous parts are quoted.

    >>> joined(["get_weather", "output", "a.b", "0"])
    'get_weather.output."a.b".0'
    >>> joined(["status", "output"])
    '"status".output'
    """
    return ".".join(
        json.dumps(part, ensure_ascii=False) if _NEEDS_QUOTES.search(part) or (at == 0 and part in FIELDS) else part
        for at, part in enumerate(parts)
    )


def leaves(value: Any, above: tuple[str, ...] = ()) -> Iterable[tuple[str, ...]]:
    """Yield the path of every key inside a value: candidates for a mistyped path."""
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield (*above, str(key))
        yield from leaves(item, (*above, str(key)))


def _matcher(part: str) -> Callable[[str], bool]:
    if part.startswith('"'):
        literal = json.loads(part)
        return lambda key: key == literal
    pattern = re.compile(fnmatch.translate(part))
    return lambda key: key == part or pattern.match(key) is not None


def _edit(value: Any, keys: Sequence[Callable[[str], bool]], change: Callable[[Any], Any]) -> Any:
    if not keys:
        return change(value)
    here, rest = keys[0], keys[1:]
    if isinstance(value, dict):
        edited = {key: _edit(item, rest, change) if here(str(key)) else item for key, item in value.items()}
        return {key: item for key, item in edited.items() if item is not DROPPED}
    if isinstance(value, list):
        items = [_edit(item, rest, change) if here(str(index)) else item for index, item in enumerate(value)]
        return [item for item in items if item is not DROPPED]
    return value
