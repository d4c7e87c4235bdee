"""Builds models from values that are known to be valid, without validation."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel

M = TypeVar("M", bound=BaseModel)

# The slots of every model are set directly: `object.__setattr__` would look each of them up again.
_set_fields = BaseModel.__dict__["__dict__"].__set__
_set_names = BaseModel.__dict__["__pydantic_fields_set__"].__set__
_set_extra = BaseModel.__dict__["__pydantic_extra__"].__set__
_set_private = BaseModel.__dict__["__pydantic_private__"].__set__

_NAMES: set[str] = set()  # shared: pydantic copies the set of a model before it changes it


def trusted(model: type[M], fields: dict[str, Any], private: dict[str, Any] | None = None) -> M:
    """Return a model of these fields without validation, which would take most of the time of a harvest."""
    made = model.__new__(model)
    _set_fields(made, fields)
    _set_names(made, _NAMES)
    _set_extra(made, None)
    _set_private(made, private)
    return made
