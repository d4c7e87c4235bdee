"""Plain JSON copies: frameworks go on changing what they passed."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import enum
import math
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

_SCALARS = frozenset({str, int, bool, type(None)})
_MAX_DEPTH = 60


def plain(value: Any, depth: int = 0) -> Any:
    """Return a deep copy made of `None`, bool, int, float, str, list and dict only.

    Never raises: what has no JSON form becomes its `repr`.
    """
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is float:
        return value if math.isfinite(value) else str(value)
    if depth > _MAX_DEPTH:
        return "<nested too deeply>"
    if kind is dict:
        return {
            key if type(key) is str else _key(key): item if type(item) in _SCALARS else plain(item, depth + 1)
            for key, item in value.items()
        }
    if kind is list or kind is tuple:
        return [item if type(item) in _SCALARS else plain(item, depth + 1) for item in value]
    try:
        return _other(value, depth + 1)
    except Exception:
        return _repr(value)


def _other(value: Any, depth: int) -> Any:
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
    ((set, frozenset), _sorted),
    ((bytes, bytearray, memoryview), lambda value: base64.b64encode(bytes(value)).decode()),
    ((datetime.datetime, datetime.date, datetime.time), lambda value: value.isoformat()),
    (datetime.timedelta, lambda value: value.total_seconds()),
    (uuid.UUID, str),
    (os.PathLike, os.fspath),
    (BaseException, _exception),
)


def _key(key: Any) -> str:
    return key if isinstance(key, str) else str(key.value if isinstance(key, enum.Enum) else key)


def _repr(value: Any) -> str:
    try:
        return repr(value)
    except Exception:
        return f"<{type(value).__name__}>"
