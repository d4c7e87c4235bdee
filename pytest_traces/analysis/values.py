"""Whether a value that came out of one span went into another.

Only telling values are evidence: `True`, `0` or a single letter are everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

_SHORTEST = 3
"""Characters from which a text is telling."""
_SMALLEST = 10
"""Absolute value from which a whole number is telling."""


def telling(value: Any) -> list[Any]:
    """Return the leaves of a value that would not be there by chance, each once."""
    found: list[Any] = []
    for leaf in leaves(value):
        if _is_telling(leaf) and leaf not in found:
            found.append(leaf)
    return found


def holds(whole: Any, part: Any) -> bool:
    """Tell whether a leaf is somewhere inside a value: equal to a leaf, or written inside a text."""
    text = part.strip() if isinstance(part, str) else json.dumps(part)
    written = re.compile(rf"(?<!\w)(?<!\d\.){re.escape(text)}(?!\w)(?!\.\d)")  # no piece of a longer word or number
    for leaf in leaves(whole):
        if isinstance(leaf, str) and written.search(leaf):
            return True
        if leaf == part and isinstance(leaf, bool) is isinstance(part, bool):
            return True
    return False


def leaves(value: Any) -> Iterator[Any]:
    """Walk the scalars of a plain value, JSON inside strings decoded; keys are no values."""
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, str) and one[:1] in ("{", "["):
            with suppress(ValueError):
                one = json.loads(one)
        if isinstance(one, Mapping):
            stack.extend(reversed(list(one.values())))
        elif isinstance(one, (list, tuple)):
            stack.extend(reversed(one))
        else:
            yield one


def _is_telling(leaf: Any) -> bool:
    if isinstance(leaf, str):
        return len(leaf.strip()) >= _SHORTEST
    if isinstance(leaf, bool) or leaf is None:
        return False
    return (isinstance(leaf, float) and not leaf.is_integer()) or abs(leaf) >= _SMALLEST
