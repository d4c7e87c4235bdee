"""Values of Python's own types and of their subclasses, read by what Python itself does with them."""

from __future__ import annotations

import array
import base64
import collections
import datetime
import enum
import functools
import gc
import pathlib
import types
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pytest_traces.runtime.values.inspection import attributes, declared, line_of, module_of, name_of_class
from pytest_traces.runtime.values.nodes import Pairs, Unordered

_ZONES = frozenset(("datetime", "zoneinfo", "dateutil", "pytz", "pendulum"))

_called_by_partial = functools.partial.__dict__["func"].__get__
_zone = datetime.datetime.__dict__["tzinfo"].__get__


def _bytes(value: Any) -> str:
    return base64.b64encode(memoryview(value).tobytes()).decode()


def _datetime(value: datetime.datetime) -> str:
    """Write a date and time; a time zone of the program's own is only named, for asking it runs its code."""
    zone = _zone(value)
    if zone is None or module_of(type(zone)).partition(".")[0] in _ZONES:
        return datetime.datetime.isoformat(value)
    naive = datetime.datetime.combine(datetime.datetime.date(value), datetime.datetime.time(value))
    return f"{naive.isoformat()} {name_of_class(type(zone))}"


def _tuple(value: tuple[Any, ...]) -> Any:
    names = declared(line_of(type(value)), "_fields")
    held = list(tuple.__iter__(value))
    if type(names) is tuple and len(names) == len(held) and all(type(name) is str for name in names):
        return dict(zip(names, held, strict=True))
    return held


def _attribute(name: str) -> Callable[[Any], Any]:
    """Return what reads the one attribute that a value is about."""

    def read(value: Any) -> Any:
        line = line_of(type(value))
        return attributes(value, line).get(name, f"<{name_of_class(line[0])}>")

    return read


def _iterated(by: Callable[[Any], Iterable[Any]]) -> Callable[[Any], list[Any]]:
    return lambda value: list(by(value))


def _named(what: str) -> Callable[[Any], str]:
    return lambda value: f"<{what} {value.__qualname__}>"


def _calling(what: str, called: Callable[[Any], Any]) -> Callable[[Any], str]:
    """Return what writes a callable that calls a function; any other callable is only named by its type."""

    def write(value: Any) -> str:
        function = called(value)
        is_function = type(function) is types.FunctionType
        return f"<{what} {function.__qualname__ if is_function else name_of_class(type(function))}>"

    return write


READERS: Mapping[type, Callable[[Any], Any]] = {
    types.NoneType: lambda value: None,
    enum.Enum: _attribute("_value_"),
    str: str.__str__,
    int: int.__int__,
    float: float.__float__,
    complex: complex.__repr__,
    range: range.__repr__,
    bytes: _bytes,
    bytearray: _bytes,
    memoryview: _bytes,
    datetime.datetime: _datetime,
    datetime.date: datetime.date.isoformat,
    datetime.time: lambda value: datetime.time.isoformat(datetime.time.replace(value, tzinfo=None)),
    datetime.timedelta: datetime.timedelta.total_seconds,
    uuid.UUID: uuid.UUID.__str__,
    pathlib.PurePath: pathlib.PurePath.__str__,
    dict: lambda value: Pairs(list(dict.items(value))),
    list: _iterated(list.__iter__),
    tuple: _tuple,
    set: lambda value: Unordered(set.__iter__(value)),
    frozenset: lambda value: Unordered(frozenset.__iter__(value)),
    collections.deque: _iterated(collections.deque.__iter__),
    collections.UserDict: _attribute("data"),
    collections.UserList: _attribute("data"),
    collections.UserString: _attribute("data"),
    type({}.keys()): _iterated(iter),
    type({}.values()): _iterated(iter),
    type({}.items()): _iterated(iter),
    types.MappingProxyType: lambda value: gc.get_referents(value)[0],  # the mapping itself, which is read by its type
    types.SimpleNamespace: lambda value: dict(attributes(value, line_of(type(value)))),
    array.array: array.array.tolist,
    type: type.__repr__,
    types.FunctionType: _named("function"),
    types.BuiltinFunctionType: _named("function"),
    types.CoroutineType: _named("coroutine"),
    types.GeneratorType: _named("generator"),
    types.AsyncGeneratorType: _named("async generator"),
    types.MethodType: _calling("method", lambda method: method.__func__),
    functools.partial: _calling("partial", _called_by_partial),
}
"""What reads one level of a value, by the class that it is an instance of."""
