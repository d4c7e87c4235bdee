"""Finds the output of one span in the input of another.

Only telling values are evidence: `True`, `0` or a single letter is everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

_SHORTEST = 3
"""Least number of characters of a telling text."""
_SMALLEST = 10
"""Least absolute value of a telling whole number."""


def telling(value: Any) -> list[Any]:
    """Return the telling leaves of a value, each once."""
    found: list[Any] = []
    for leaf in leaves(value):
        if _is_telling(leaf) and leaf not in found:
            found.append(leaf)
    return found


def holds(whole: Any, part: Any) -> bool:
    """Return whether a value is somewhere inside another: equal to a piece of it, or written inside a text."""
    return mentions(whole, part) > 0


def mentions(whole: Any, part: Any) -> int:
    """Return how often a value is inside another one, as `holds` looks for it."""
    forms = {part.strip()} if isinstance(part, str) else {json.dumps(part), json.dumps(part, sort_keys=True), str(part)}
    either = "|".join(map(re.escape, forms))
    written = re.compile(rf"(?<!\w)(?<!\d\.)(?:{either})(?!\w)(?!\.\d)")  # not a part of a longer word or number
    return sum(_times(piece, part, written) for piece in _pieces(whole))


def _times(piece: Any, part: Any, written: re.Pattern[str]) -> int:
    if isinstance(piece, str):
        return len(written.findall(piece)) or piece == part
    return piece == part and isinstance(piece, bool) is isinstance(part, bool)


def leaves(value: Any) -> Iterator[Any]:
    """Yield the scalars of a plain value; JSON inside strings is decoded, keys are left out."""
    return (piece for piece in _pieces(value) if not isinstance(piece, (Mapping, list, tuple)))


def _pieces(value: Any) -> Iterator[Any]:
    """Yield the parts of a plain value, from the whole down to its scalars."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, str) and one[:1] in ("{", "["):
            with suppress(ValueError, RecursionError):  # JSON nested too deep for the parser stays a text
                one = json.loads(one)
        yield one
        if isinstance(one, Mapping):
            stack.extend(reversed(list(one.values())))
        elif isinstance(one, (list, tuple)):
            stack.extend(reversed(one))


def _is_telling(leaf: Any) -> bool:
    if isinstance(leaf, str):
        return len(leaf.strip()) >= _SHORTEST
    if isinstance(leaf, bool) or leaf is None:
        return False
    return (isinstance(leaf, float) and not leaf.is_integer()) or abs(leaf) >= _SMALLEST
