"""A digest of values too large to copy: different values have different digests."""

from __future__ import annotations

import marshal
from hashlib import blake2b
from operator import itemgetter
from types import NoneType
from typing import Any

from pytest_traces.runtime.values.nodes import NODES, Pairs, Unordered, Written
from pytest_traces.runtime.values.reading import read

_FLAT = frozenset(map(id, (str, int, float, bool, NoneType, bytes)))
_READ = NODES | set(map(id, (dict, list, tuple)))
_VERSION = 2  # of marshal: later ones write the same values differently, by how often they are referred to


def digest(value: Any) -> str:
    """Return twelve hex digits that depend on the content of a value alone; each part of it is read once."""
    said = blake2b(digest_size=6)
    seen: dict[int, tuple[int, Any]] = {}  # the value is kept too: the id of a freed value is reused
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if id(type(one)) in _FLAT:
            said.update(marshal.dumps(one, _VERSION))
            continue
        if id(one) in seen:
            said.update(b"@%d" % seen[id(one)][0])
            continue
        seen[id(one)] = len(seen), one
        form, parts = _parts(one)
        said.update(b"%s%d" % (form, len(parts)))
        if _FLAT.issuperset(map(id, map(type, parts))):
            said.update(marshal.dumps(parts, _VERSION))
        else:
            waiting.extend(reversed(parts))
    return said.hexdigest()


def _parts(value: Any) -> tuple[bytes, list[Any]]:
    """Return the form of a value, and its parts in an order that is the same in every run.

    An empty list and an empty mapping differ in their form alone.
    """
    held = value if id(type(value)) in _READ else read(value)
    kind = type(held)
    if kind is dict or kind is Pairs:
        pairs = list(held.items()) if kind is dict else held.items
        if all(type(key) is str for key, _ in pairs):
            pairs.sort(key=itemgetter(0))
        return b"mapping", [one for pair in pairs for one in pair]
    if kind is Unordered:
        return b"list", sorted(map(digest, held))
    if kind is Written:
        return b"text", [held.parts]
    return (b"list", list(held)) if id(kind) in _READ else (b"one", [held])
