"""Proposes a mask for two values that differ and both look generated.

Looks are no evidence, so such values are shown and compared. The difference names the `replace=` that leaves them out
and checks their form in every later run.
"""

from __future__ import annotations

import json
import re
from typing import Any

from pytest_traces.snapshots.normalising.clocks import read_clock
from pytest_traces.snapshots.normalising.masks import KINDS

_CLASSES = {r"\d": "0123456789", "[0-9a-f]": "0123456789abcdef", "[0-9A-F]": "0123456789ABCDEF"}
_LEAST = 6  # characters of a random part
_LONGEST = 80  # characters of a text for which a regex is written
_COUNTED = re.compile(r"(?:Task|Thread|asyncio|ThreadPoolExecutor)[-_]\d|(?:localhost|\d\.\d|\]):\d|line \d|\.py:\d")
_PARTS = re.compile("[0-9A-Za-z]+|[^0-9A-Za-z]+")
_SYNTAX = re.compile(r"([.^$*+?{}\[\]\\|()])")


def proposed_mask(old: Any, new: Any) -> str | None:
    """Return the mask to paste, as Python source; `None` if either value looks like data of the program.

    >>> proposed_mask("req-1f2e3d4c", "req-5b6a7988")
    're.compile(r"req-[0-9a-f]{8}")'
    """
    if type(old) is not type(new) or isinstance(old, bool):
        return None
    if isinstance(old, (int, float)):
        return _of_numbers(repr(old), repr(new))
    if not isinstance(old, str):
        return None
    for kind in ("uuid", "timestamp"):
        if _is(kind, old) and _is(kind, new):
            return json.dumps(kind)
    return _of_texts(old, new)


def _of_numbers(old: str, new: str) -> str | None:
    if all(read_clock(text) and _is("timestamp", float(text)) for text in (old, new)):
        return '"timestamp"'
    return '"number"' if min(len(old), len(new)) > 2 * _LEAST else None


def _is(kind: str, value: Any) -> bool:
    try:
        return len(str(value)) > _LEAST and KINDS[kind](value)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return False


def _of_texts(old: str, new: str) -> str | None:
    """Return a regex of the common parts of two texts, with classes of characters for the other parts."""
    if max(len(old), len(new)) > _LONGEST or '"' in old:
        return None
    pairs = list(zip(_PARTS.findall(old), _PARTS.findall(new), strict=False))
    same_form = len(pairs) == len(_PARTS.findall(old)) == len(_PARTS.findall(new))
    counted = _COUNTED.search(old) is not None and _COUNTED.search(new) is not None
    if same_form and all(a == b or _is_random(a, b) or (counted and a.isdigit() and b.isdigit()) for a, b in pairs):
        regex = "".join(_SYNTAX.sub(r"\\\1", a) if a == b else _class_of(a, b) for a, b in pairs)
        return f're.compile(r"{regex}")'
    whole = (text.replace("-", "").replace("_", "") for text in (old, new))
    return r're.compile(r"[\w-]+")' if _is_random(*whole) and min(len(old), len(new)) >= 2 * _LEAST else None


def _is_random(*texts: str) -> bool:
    return all(len(text) >= _LEAST and text.isalnum() and sum(map(str.isdigit, text)) > 1 for text in texts)


def _class_of(old: str, new: str) -> str:
    letters = set(old + new)
    known = next((name for name, alphabet in _CLASSES.items() if letters <= set(alphabet)), "[0-9A-Za-z]")
    return f"{known}{{{len(old)}}}" if len(old) == len(new) >= _LEAST else f"{known}+"
