"""Classes that declare their fields: dataclasses, pydantic models, attrs, msgspec, named tuples."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

from pytest_traces.runtime.values.inspection import (
    MISSING,
    Line,
    declared,
    field,
    fields,
    module_of,
    name_of_class,
)

_MODELS = frozenset((("pydantic.main", "BaseModel"), ("pydantic.v1.main", "BaseModel")))


def declared_reader(line: Line) -> Callable[[Any], Any] | None:
    """Return what reads instances of a class by the fields it declares; `None` if it declares none."""
    if any((module_of(kind), name_of_class(kind)) in _MODELS for kind in line):
        return _model_reader(line)
    names = _names(line)
    return None if names is None else lambda value: fields(value, line, names)


def _names(line: Line) -> list[str] | None:
    if declared(line, "__dataclass_fields__") is not MISSING:
        return [one.name for one in dataclasses.fields(line[0])]
    for mark in ("__attrs_attrs__", "__struct_fields__"):
        found = declared(line, mark)
        if isinstance(found, tuple):
            return [one if type(one) is str else one.name for one in found]
    return None


def _model_reader(line: Line) -> Callable[[Any], Any]:
    """Read a pydantic model; what it leaves out when it is dumped is left out here."""
    known = next(
        (
            one
            for name in ("__pydantic_fields__", "model_fields", "__fields__")
            if type(one := declared(line, name)) is dict
        ),
        {},
    )
    shown = [name for name, about in known.items() if getattr(about, "exclude", None) is not True]
    if any(name_of_class(kind) == "RootModel" for kind in line):
        return lambda model: field(model, line, "root")
    return partial(_model, line, shown)


def _model(line: Line, shown: list[str], model: Any) -> dict[str, Any]:
    extra = field(model, line, "__pydantic_extra__")
    return fields(model, line, shown) | (extra if type(extra) is dict else {})
