"""Reads classes and objects without running their code: no property, no `__getattr__`, no metaclass."""

from __future__ import annotations

from collections.abc import Mapping
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any

Line = tuple[type, ...]
"""A class and the classes it inherits from, itself first."""

MISSING: Any = object()
"""Stands for a missing attribute."""

_mro = type.__dict__["__mro__"].__get__
_own = type.__dict__["__dict__"].__get__
_module = type.__dict__["__module__"].__get__
_name = type.__dict__["__name__"].__get__


def line_of(kind: type) -> Line:
    """Return the classes that an instance takes its attributes from."""
    return _mro(kind)  # type: ignore[no-any-return]


def name_of_class(kind: type) -> str:
    """Return the name that a class was defined with."""
    return _name(kind)  # type: ignore[no-any-return]


def module_of(kind: type) -> str:
    """Return the module that a class says it is from."""
    module = _module(kind)
    return module if type(module) is str else ""


def is_a(line: Line, kind: type) -> bool:
    """Return whether a class is, or inherits from, another one; classes are compared by identity."""
    return any(one is kind for one in line)


def declared(line: Line, name: str) -> Any:
    """Return an attribute of a class as it is stored: a property stays a property."""
    for kind in line:
        own = _own(kind)
        if name in own:
            return own[name]
    return MISSING


def declaring(line: Line, name: str) -> type:
    """Return the class that defines a name, as in `declaring(line, "__repr__")`."""
    return next((kind for kind in line if name in _own(kind)), object)


def attributes(value: Any, line: Line) -> Mapping[str, Any]:
    """Return the dictionary of an object; empty if it has none of the usual kind."""
    found = declared(line, "__dict__")
    held = found.__get__(value) if type(found) in (GetSetDescriptorType, MemberDescriptorType) else None
    return held if type(held) is dict else {}


def slots(line: Line) -> list[str]:
    """Return the names of the slots of instances."""
    held = (name for kind in reversed(line) for name, one in _own(kind).items() if type(one) is MemberDescriptorType)
    return list(dict.fromkeys(held))


def field(value: Any, line: Line, name: str) -> Any:
    """Return one attribute of an object: its own, or the plain default of its class."""
    held = attributes(value, line)
    if name in held:
        return held[name]
    found = declared(line, name)
    if type(found) is MemberDescriptorType:
        try:
            return found.__get__(value)
        except AttributeError:  # a slot that was never set
            return MISSING
    return MISSING if declared(line_of(type(found)), "__get__") is not MISSING else found


def fields(value: Any, line: Line, names: list[str]) -> dict[str, Any]:
    """Return some attributes of an object by name; what is not set is left out."""
    held = attributes(value, line)
    found = {name: held[name] if name in held else field(value, line, name) for name in names}
    return {name: one for name, one in found.items() if one is not MISSING}
