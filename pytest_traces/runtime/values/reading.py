"""Reads one level of any value by its type: what it holds, or what is written of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_traces.runtime.values.builtin import READERS
from pytest_traces.runtime.values.declared import declared_reader
from pytest_traces.runtime.values.exceptions import read_exception
from pytest_traces.runtime.values.inspection import Line, is_a, line_of
from pytest_traces.runtime.values.libraries import library_reader
from pytest_traces.runtime.values.nodes import Opaque, Pairs
from pytest_traces.runtime.values.texts import text_reader

Reader = Callable[[Any], Any]

_BUILT_IN = {id(kind): reader for kind, reader in READERS.items()}
_KNOWN: dict[int, tuple[type, Reader]] = {}
_MOST = 512


def read(value: Any) -> Any:
    """Return what a value consists of, one level deep: a scalar, a `dict`, a `list`, or one of `nodes`.

    Classes are looked up by identity: to hash one may run code of its metaclass.
    """
    kind = type(value)
    known = _KNOWN.get(id(kind))
    if known is None:
        if len(_KNOWN) >= _MOST:  # classes that a program makes by the dozen, as mocks do
            _KNOWN.clear()
        known = _KNOWN[id(kind)] = kind, _reader(line_of(kind))
    return known[1](value)


def part(value: Any, name: str) -> Any:
    """Return what a mapping, model or dataclass holds under a name; `None` if it holds nothing there."""
    held = value if type(value) is dict else read(value)
    if type(held) is Pairs:
        return next((one for key, one in held.items if type(key) is str and key == name), None)
    return held.get(name) if type(held) is dict else None


def is_opaque(value: Any) -> bool:
    """Return whether only the type of an object is captured, so that two of them look equal."""
    return type(read(value)) is Opaque


def _reader(line: Line) -> Reader:
    if is_a(line, BaseException):
        return read_exception
    return declared_reader(line) or next(filter(None, map(_by_class, line)), None) or text_reader(line)


def _by_class(kind: type) -> Reader | None:
    return _BUILT_IN.get(id(kind)) or library_reader(kind)
