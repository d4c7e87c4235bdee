"""Plain JSON copies of values: programs go on changing what they passed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from pytest_traces.runtime.values.digest import digest
from pytest_traces.runtime.values.inspection import name_of_class
from pytest_traces.runtime.values.nodes import NODES, Opaque, Pairs, Summary, Unordered, Written
from pytest_traces.runtime.values.reading import read
from pytest_traces.runtime.values.texts import printable

# Classes are compared by identity throughout: to hash or compare one may run code of its metaclass.

PARTS = 100_000
"""How many parts of one value are copied."""
LETTERS = 5_000_000
"""How many characters of the long texts in one value are kept."""
DEPTH = 60
"""How many levels of one value are copied."""

_FLOATS = {id(float)}
_SHORT = 32  # parts
_LARGE, _SMALL = 2**64, -(2**64)
_LONG = 1_000  # characters from which on a text is counted
_MOST, _LEAST = 10**4300, -(10**4300)  # from here on Python refuses to print an integer, as JSON too


def plain(value: Any) -> Any:
    """Return a deep copy made of `None`, bool, int, float, str, list and dict only.

    It looks at types and runs no code that the program defined, but for the `__str__` of an exception. What has no
    plain form is written as its type and a safe text. It ends: cycles are named, and what is beyond the budget is
    told in its place, with a digest.

    >>> plain({"city": "Paris", "seen": {2, 1}, "by": ValueError("boom")})
    {'city': 'Paris', 'seen': [1, 2], 'by': {'type': 'ValueError', 'message': 'boom'}}
    """
    kind = type(value)
    if value is None or kind is bool or (kind is str and len(value) < _LONG and value.isascii()):
        return value
    if kind is dict and (copied := _flat(value)) is not None:
        return copied
    try:
        return _Copy().of(value)
    except RecursionError:  # the program is near the end of its stack
        return f"<{name_of_class(kind)}: not copied, the stack is nearly full>"


def _flat(value: dict[Any, Any]) -> dict[str, Any] | None:
    """Copy a short mapping of names to scalars, as most are; `None` if it is another one."""
    if len(value) > _SHORT:
        return None
    for key, item in tuple(value.items()):
        kind = type(item)
        if kind is str:
            if len(item) >= _LONG or not item.isascii():
                return None
        elif kind is int:
            if not _SMALL < item < _LARGE:
                return None
        elif item is not None and kind is not bool and (kind is not float or not math.isfinite(item)):
            return None
        if type(key) is not str or not key.isascii():
            return None
    return dict(value)


class _Copy:
    """One copy while it is made: what is left of its budget, and the values that it is inside of."""

    __slots__ = ("above", "letters", "parts")

    def __init__(self) -> None:
        self.parts = PARTS
        self.letters = LETTERS
        self.above: dict[int, int] = {}

    def of(self, value: Any) -> Any:
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return value if len(value) < _LONG and value.isascii() else self._text(value)
        if kind is int:
            return value if _LEAST < value < _MOST else hex(value)
        if kind is float:
            return value if math.isfinite(value) else str(value)
        if kind is dict and len(value) <= self.parts and (flat := _flat(value)) is not None:
            self.parts -= len(flat)
            return flat
        mark, above = id(value), self.above
        if mark in above or len(above) >= DEPTH:
            return self._left_out(value)
        above[mark] = len(above)
        copied: Any
        if kind is dict:
            copied = self._mapping(tuple(value.items()))
        elif kind is list or kind is tuple:
            copied = self._sequence(value)
        else:
            copied = self._content(value if id(kind) in NODES else read(value))
        del above[mark]
        return copied

    def _left_out(self, value: Any) -> str:
        """Name a cycle, or a value that is too deep."""
        depth = self.above.get(id(value))
        if depth is None:
            return f"<deeper than {DEPTH} levels, digest {digest(value)}>"
        return f"<cycle: {name_of_class(type(value))}, {len(self.above) - depth} up>"

    def _content(self, held: Any) -> Any:
        kind = type(held)
        if kind is dict:
            return self._mapping(tuple(held.items()))
        if kind is list or kind is tuple:
            return self._sequence(held)
        if kind is Pairs:
            return self._mapping(held.items)
        if kind is Unordered:
            return self._set(held)
        if kind is Written:
            return self._text(held.text(self._content(held.parts)))
        if kind is Opaque:
            return f"<{held.type}>"
        if kind is Summary:
            return f"<{held.about}, digest {digest(held.content)}>"
        return self.of(held)

    def _text(self, text: str) -> str:
        if len(text) > self.letters:
            kept, rest = text[: self.letters], text[self.letters :]
            text = f"{kept}<{len(rest):,} more characters, digest {digest(rest)}>"
        self.letters -= min(len(text), self.letters)
        return printable(text)

    def _sequence(self, items: Sequence[Any]) -> list[Any]:
        if len(items) > self.parts:
            items, rest = items[: self.parts], items[self.parts :]
        else:
            items, rest = tuple(items), ()
        self.parts -= len(items)
        if len(items) > _SHORT and _FLOATS.issuperset(map(id, map(type, items))) and math.isfinite(sum(items)):
            copied: list[Any] = list(items)
        else:
            copied = [self.of(item) for item in items]
        if rest:
            copied.append(f"<{len(rest):,} more, digest {digest(list(rest))}>")
        return copied

    def _set(self, items: list[Any]) -> Unordered:
        """Order a set by content, because its own order changes from run to run; a large one is summarised."""
        if len(items) > self.parts:
            return Unordered([f"<{len(items):,} items, digest {digest(items)}>"])
        return Unordered(sorted(self._sequence(items), key=lambda item: (type(item).__name__, repr(item))))

    def _mapping(self, pairs: Sequence[tuple[Any, Any]]) -> dict[str, Any]:
        if len(pairs) > self.parts:
            pairs, rest = pairs[: self.parts], pairs[self.parts :]
        else:
            rest = ()
        self.parts -= len(pairs)
        copied = {
            key if type(key) is str and key.isascii() else _key(key): (
                item if type(item) is str and len(item) < _LONG and item.isascii() else self.of(item)
            )
            for key, item in pairs
        }
        if len(copied) < len(pairs):
            copied = dict(
                zip(_told_apart([key for key, _ in pairs]), self._sequence([item for _, item in pairs]), strict=True)
            )
        if rest:
            copied["<more>"] = f"<{len(rest):,} more, digest {digest(Pairs(list(rest)))}>"
        return copied


def _key(key: Any) -> str:
    said = plain(key)
    return str(tuple(said)) if type(key) is tuple and type(said) is list else str(said)


def _told_apart(keys: list[Any]) -> list[str]:
    """Name keys of which one is written as another one, as in `{1: "a", "1": "b"}`: both stay."""
    names: dict[str, None] = {}
    written = Counter(map(_key, keys))
    for key in keys:
        name = _key(key)
        if type(key) is not str and written[name] > 1:
            name = f"{name_of_class(type(key))}({plain(key)!r})"
        while name in names:
            name += "'"
        names[name] = None
    return list(names)
