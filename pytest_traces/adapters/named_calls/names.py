"""Finds the functions that a text such as `shop.tools:Cart.*` names."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

from pytest_traces.errors import TracesError
from pytest_traces.wording import nearest


def functions_named(name: str) -> list[FunctionType]:
    """Import a module and return its function or method of a name, or all that match a final glob.

    A glob matches definitions of the module or class itself; names with an underscore only if it begins with one.
    Raises `TracesError` for a name that does not exist, or is no Python function.
    """
    module, colon, path = name.partition(":")
    if not (module and colon and path):
        raise TracesError(f"expected a function as in 'shop.tools:search', got {name!r}")
    owner: Any = _module(module)
    *owners, last = path.split(".")
    for attribute in owners:
        owner = _attribute(owner, attribute)
    if any(letter in last for letter in "*?["):
        return _matching(owner, last)
    return [_function(owner, last)]


def _module(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # the module exists, but a module that it imports does not
        missing = error.name
    parent, _, own = missing.rpartition(".")
    known = _modules_in(parent)
    raise TracesError(f"no module {missing!r}{_near(own, known, parent + '.' if parent else '')}")


def _modules_in(package: str) -> Iterator[str]:
    """Yield the names of modules in a package, or of all packages that can be imported."""
    places = sys.modules[package].__path__ if package else None
    return (found.name for found in pkgutil.iter_modules(places))


def _attribute(owner: Any, name: str) -> Any:
    if not hasattr(owner, name):
        raise TracesError(f"{_called(owner)} has no {name!r}{_near(name, dir(owner))}")
    return getattr(owner, name)


def _function(owner: Any, name: str) -> FunctionType:
    _attribute(owner, name)
    found = _plain(owner, name)
    if isinstance(found, FunctionType):
        return found
    if isinstance(found, type):
        raise TracesError(f"{name!r} of {_called(owner)} is a class; its methods are '{name}.*'")
    kind = type(found).__name__
    raise TracesError(f"{name!r} of {_called(owner)} is a {kind}, no function of Python's")


def _matching(owner: Any, pattern: str) -> list[FunctionType]:
    own = vars(owner if isinstance(owner, ModuleType | type) else type(owner))
    found = [
        function
        for name in own
        if fnmatchcase(name, pattern) and (pattern.startswith("_") or not name.startswith("_"))
        if isinstance(function := _plain(owner, name), FunctionType)
        if not isinstance(owner, ModuleType) or function.__module__ == owner.__name__
    ]
    if not found:
        raise TracesError(f"{_called(owner)} has no function {pattern!r}{_near(pattern.strip('*?'), own)}")
    return found


def _plain(owner: Any, name: str) -> Any:
    """Return a stored attribute; of a classmethod or a staticmethod its function."""
    stored = inspect.getattr_static(owner, name)
    return stored.__func__ if isinstance(stored, classmethod | staticmethod) else stored


def _called(owner: Any) -> str:
    if isinstance(owner, ModuleType):
        return f"module {owner.__name__!r}"
    return f"class {owner.__qualname__!r}" if isinstance(owner, type) else f"a {type(owner).__name__}"


def _near(name: str, known: Iterable[str], prefix: str = "") -> str:
    return nearest(prefix + name, [prefix + one for one in known if not one.startswith("_")])
