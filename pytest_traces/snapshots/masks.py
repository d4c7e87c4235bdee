"""What a snapshot leaves out, and what stands in for it."""

from __future__ import annotations

import fnmatch
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from pytest_traces.assertions.matching import is_predicate
from pytest_traces.errors import Mismatch, TracesError, UnknownCondition
from pytest_traces.model.span import Span

FIELDS = ("input", "output", "error", "status", "model", "tags", "metadata", "attributes", "usage", "attempt")
"""Fields of a span that a path may begin with."""

OPTIONAL = ("input", "output", "model", "tags", "metadata", "attributes", "usage")
"""Fields that `include` adds to every span."""


def _is_uuid(value: Any) -> bool:
    return bool(uuid.UUID(str(value)))


def _is_timestamp(value: Any) -> bool:
    return value > 1e9 if isinstance(value, (int, float)) else bool(datetime.fromisoformat(str(value)))


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "uuid": _is_uuid,
    "timestamp": _is_timestamp,
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "any": lambda value: True,
}


class Path:
    """Where a value stands: `output.request_id` in any span, `get_weather.output.request_id` in one.

    Each part may be a glob; a list's items are numbered from 0.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        parts = text.split(".")
        at = next((index for index, part in enumerate(parts) if part in FIELDS), None)
        if at is None:
            raise UnknownCondition("field in the path", text, FIELDS)
        self.name = ".".join(parts[:at]) or "*"
        self.field = parts[at]
        self.keys = parts[at + 1 :]

    def concerns(self, span: Span) -> bool:
        """Whether it points into this span."""
        return fnmatch.fnmatchcase(span.name, self.name)


class Masks:
    """The `ignore`, `replace` and `include` of one snapshot; unknown fields are refused when it is made."""

    def __init__(
        self,
        *,
        ignore: str | Iterable[str] = (),
        replace: Mapping[str, Any] | None = None,
        include: str | Iterable[str] = (),
    ) -> None:
        self.ignored = [Path(text) for text in _listed(ignore)]
        self.replaced = [(Path(text), mask) for text, mask in (replace or {}).items()]
        self.included = frozenset(_listed(include))
        for field in self.included - set(OPTIONAL):
            raise UnknownCondition("field to include", field, OPTIONAL)

    def fields(self, span: Span, values: dict[str, Any]) -> dict[str, Any]:
        """Return a span's values without what is ignored, and with stand-ins for what is replaced."""
        for path in self.ignored:
            if path.concerns(span) and path.field in values:
                values = _edit(values, [path.field, *path.keys], _drop)
        for path, mask in self.replaced:
            if path.concerns(span) and path.field in values:
                values = _edit(values, [path.field, *path.keys], _stand_in(path, mask, span))
        return values


_DROPPED = object()


def _drop(value: Any) -> Any:
    return _DROPPED


def _stand_in(path: Path, mask: Any, span: Span) -> Callable[[Any], Any]:
    label = _label(mask)

    def check(value: Any) -> Any:
        if not _fits(mask, value):
            where = f"{span.name}.{'.'.join([path.field, *path.keys])}"
            raise Mismatch(f"expected {where} to be {label}, got {value!r}")
        return label

    return check


def _label(mask: Any) -> str:
    if isinstance(mask, str):
        if mask not in _KINDS:
            raise UnknownCondition("mask", mask, _KINDS)
        return f"<{mask}>"
    return f"<{mask.pattern}>" if isinstance(mask, re.Pattern) else f"<{getattr(mask, '__name__', repr(mask))}>"


def _fits(mask: Any, value: Any) -> bool:
    try:
        if isinstance(mask, str):
            return _KINDS[mask](value)
        if isinstance(mask, re.Pattern):
            return isinstance(value, str) and mask.fullmatch(value) is not None
        return bool(mask(value)) if is_predicate(mask) else bool(mask == value)
    except (ValueError, TypeError):
        return False


def _edit(value: Any, keys: list[str], change: Callable[[Any], Any]) -> Any:
    """Return a copy of nested values with a change at every place the keys lead to."""
    if not keys:
        return change(value)
    here, rest = keys[0], keys[1:]
    if isinstance(value, dict):
        edited = {
            key: _edit(item, rest, change) if key == here or fnmatch.fnmatchcase(str(key), here) else item
            for key, item in value.items()
        }
        return {key: item for key, item in edited.items() if item is not _DROPPED}
    if isinstance(value, list):
        items = [
            _edit(item, rest, change) if fnmatch.fnmatchcase(str(index), here) else item
            for index, item in enumerate(value)
        ]
        return [item for item in items if item is not _DROPPED]
    return value


def _listed(given: str | Iterable[str]) -> list[str]:
    listed = [given] if isinstance(given, str) else list(given)
    if any(not isinstance(one, str) or not one for one in listed):
        raise TracesError(f"expected names of fields, got {given!r}")
    return listed
