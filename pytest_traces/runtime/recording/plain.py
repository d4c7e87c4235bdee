"""Plain JSON copies: frameworks go on changing what they passed."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import enum
import math
import os
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_SCALARS = frozenset({bool, type(None)})
_MAX_DEPTH = 60
_LONGEST = 10**4300  # from here on Python refuses to print an integer, as JSON too


class Unordered(list[Any]):
    """What a set becomes: a list whose order says nothing."""


def plain(value: Any, depth: int = 0) -> Any:
    """Return a deep copy made of `None`, bool, int, float, str, list and dict only.

    Never raises: what has no JSON form becomes its `repr`.
    """
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is str:
        return value if value.isascii() else _printable(value)
    if kind is int:
        return value if -_LONGEST < value < _LONGEST else hex(value)
    if kind is float:
        return value if math.isfinite(value) else str(value)
    if depth > _MAX_DEPTH:
        return "<nested too deeply>"
    if kind is dict:
        copied = {
            key if type(key) is str and key.isascii() else _key(key): (
                item if type(item) is str and item.isascii() else plain(item, depth + 1)
            )
            for key, item in value.items()
        }
        return copied if len(copied) == len(value) else _told_apart(value, depth)
    if kind is list or kind is tuple:
        return [item if type(item) in _SCALARS else plain(item, depth + 1) for item in value]
    try:
        return _other(value, depth + 1)
    except Exception:
        return _repr(value)


def _other(value: Any, depth: int) -> Any:
    if isinstance(value, (set, frozenset, Unordered)):
        return Unordered(_sorted(value))
    for types, convert in _CONVERSIONS:
        if isinstance(value, types):
            return plain(convert(value), depth)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return plain(fields, depth)
    for method in ("model_dump", "to_dict", "_asdict"):  # pydantic and its kind, attrs-like classes, named tuples
        dump = getattr(value, method, None)
        if callable(dump) and not isinstance(value, type):
            return plain(dump(), depth)
    if isinstance(value, Mapping):
        return plain(dict(value), depth)
    if isinstance(value, (list, tuple)):
        return plain(list(value), depth)
    return _repr(value)


def _exception(error: BaseException) -> dict[str, str]:
    return {"type": type(error).__name__, "message": str(error)}


def _sorted(items: Iterable[Any]) -> list[Any]:
    """Order a set by content: its own order changes from run to run."""
    return sorted((plain(item) for item in items), key=lambda item: (type(item).__name__, repr(item)))


_CONVERSIONS: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (enum.Enum, lambda value: value.value),
    (str, str.__str__),
    (bool, bool),
    (int, int.__int__),
    (float, float.__float__),
    ((bytes, bytearray, memoryview), lambda value: base64.b64encode(bytes(value)).decode()),
    ((datetime.datetime, datetime.date, datetime.time), lambda value: value.isoformat()),
    (datetime.timedelta, lambda value: value.total_seconds()),
    (uuid.UUID, str),
    (os.PathLike, os.fspath),
    (BaseException, _exception),
)


def _printable(text: str) -> str:
    """Spell out halves of characters: no file, terminal or other process takes them."""
    return text.encode("utf-8", "backslashreplace").decode()


def _key(key: Any) -> str:
    try:
        return str(plain(key) if isinstance(key, str | int | enum.Enum) else key)
    except Exception:
        return f"<{type(key).__name__}>"


def _told_apart(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    """Copy a dict in which one key is written as another one, as in `{1: "a", "1": "b"}`: both stay."""
    copied: dict[str, Any] = {}
    written = Counter(_key(key) for key in value)
    for key, item in value.items():
        name = _key(key)
        if type(key) is not str and written[name] > 1:
            name = f"{type(key).__name__}({_repr(key)})"
        while name in copied:
            name += "'"
        copied[name] = plain(item, depth + 1)
    return copied


_LITERAL = r"""(?:b?'(?:\\.|[^'\\])*'|b?"(?:\\.|[^"\\])*"|-?\d+(?:\.\d+)?|None|True|False)"""
_SET = re.compile(rf"\{{({_LITERAL}(?:, {_LITERAL})+)\}}")


def _repr(value: Any) -> str:
    """Return what an object says of itself, with the sets in it in an order that is the same in every process."""
    try:
        said = _printable(repr(value))
    except Exception:
        return f"<{type(value).__name__}>"
    return _SET.sub(lambda found: f"{{{', '.join(sorted(re.findall(_LITERAL, found[1])))}}}", said)
