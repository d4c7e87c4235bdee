"""The forms of one level of a value, before its parts are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Unordered(list[Any]):
    """A set: a list without a meaningful order."""


class Pairs(NamedTuple):
    """The items of a mapping; keys are not hashed, because that could run their code."""

    items: list[tuple[Any, Any]]


class Written(NamedTuple):
    """A text that is made of other values, which are copied first."""

    parts: Any
    text: Callable[[Any], str]


class Summary(NamedTuple):
    """A table of numbers too large to be copied: its description, and the input of its digest."""

    about: str
    content: Any


class Opaque(NamedTuple):
    """An object whose content is unknown: only its type is kept."""

    type: str


NODES = frozenset(map(id, (Opaque, Pairs, Summary, Unordered, Written)))
"""The classes of this module, by identity: to hash a class may run code of its metaclass."""
