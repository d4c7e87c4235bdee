"""Exceptions as values: type, message, and the members of a group."""

from __future__ import annotations

from types import NoneType
from typing import Any

from pytest_traces.runtime.values.inspection import declaring, is_a, line_of, name_of_class
from pytest_traces.runtime.values.nodes import Written

_SCALARS = frozenset(map(id, (str, int, float, bool, NoneType, bytes)))
_CONTAINERS = frozenset(map(id, (list, tuple, dict)))
_LARGEST = 100
_DEEPEST = 8

_args = BaseException.__dict__["args"].__get__
_members = BaseExceptionGroup.__dict__["exceptions"].__get__


def read_exception(error: BaseException) -> dict[str, Any]:
    """Return an exception as type and message, and the members of a group."""
    said: dict[str, Any] = {"type": name_of_class(type(error)), "message": message(error)}
    if is_a(line_of(type(error)), BaseExceptionGroup):
        said["exceptions"] = list(_members(error))
    return said


def message(error: BaseException) -> str | Written:
    """Return the message of an exception.

    A `__str__` of the program is called, as for a traceback: there is no other way to the message. If Python's own
    would call code of the program's objects, their plain form is written instead.
    """
    says = declaring(line_of(type(error)), "__str__")
    given = _args(error)
    if (says is BaseException or says is KeyError) and not _is_pure(given):
        write = repr if says is KeyError else str
        return Written(list(given), lambda parts: write(parts[0] if len(parts) == 1 else tuple(parts)))
    try:
        return str(error)
    except TimeoutError:  # a watchdog's signal
        raise
    except Exception:  # a broken exception must not replace itself by another one
        return "<no message: str() failed>"


def _is_pure(value: Any, depth: int = 0) -> bool:
    """Return whether a value consists of Python's own types, so that its text runs no code of the program."""
    kind = type(value)
    if id(kind) in _SCALARS:
        return True
    if depth > _DEEPEST or id(kind) not in _CONTAINERS or len(value) > _LARGEST:
        return False
    held = [*value, *value.values()] if kind is dict else value
    return all(_is_pure(one, depth + 1) for one in held)
