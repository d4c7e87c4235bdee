"""The texts of objects without a plain form: their type, and a safe repr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from pytest_traces.runtime.values.inspection import (
    Line,
    attributes,
    declared,
    declaring,
    fields,
    module_of,
    name_of_class,
    slots,
)
from pytest_traces.runtime.values.nodes import Opaque, Written

_SELF_WRITTEN = frozenset(
    (
        *("datetime", "decimal", "fractions", "ipaddress", "re", "zoneinfo"),
        *("pydantic.networks", "pydantic.types", "pydantic_core._pydantic_core"),
    )
)
"""Modules whose objects write all of themselves in their `repr`, and hold nothing of the program's."""


def printable(text: str) -> str:
    """Escape lone surrogates: no file, terminal or other process takes them."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def text_reader(line: Line) -> Callable[[Any], Any]:
    """Return what writes an object of a class.

    A `repr` that the program defined is not called, it may do anything. If the class defines `__repr__` or `__eq__`,
    its public attributes are written, as a dataclass would; of other objects the type.
    """
    if module_of(declaring(line, "__repr__")) in _SELF_WRITTEN:
        return declared(line, "__repr__")  # type: ignore[no-any-return]
    if any(_is_own(declaring(line, name)) for name in ("__repr__", "__eq__")):
        return partial(_state, line)
    return lambda value: Opaque(name_of_class(line[0]))


def _is_own(kind: type) -> bool:
    """Return whether a class is neither Python's nor of its standard library."""
    return module_of(kind).partition(".")[0] not in sys.stdlib_module_names


def _state(line: Line, value: Any) -> Written | Opaque:
    name = name_of_class(line[0])
    said = fields(value, line, [one for one in (*attributes(value, line), *slots(line)) if one[:1] != "_"])
    if not said:
        return Opaque(name)
    return Written(said, lambda said: f"{name}({', '.join(f'{key}={one!r}' for key, one in said.items())})")
