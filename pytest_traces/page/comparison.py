"""Compares two drawn texts line by line: the committed one and the received one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

Sign = Literal[" ", "~", "-", "+"]
"""Signs of lines: same, changed, removed or added."""

Row = tuple[Sign, str, str]
"""A sign, the committed line and the received one; a missing line is empty."""

_LEAD = re.compile(r"[ │├└─]*")
_HEAD = re.compile(r"(?:[^\w\s\"]+\S* )*\S+(?: \S+)?")  # marks, type and name


def side_by_side(stored: str, received: str) -> list[Row]:
    """Return the rows of two texts; lines that differ only in their branches are the same."""
    old, new = _indented(stored), _indented(received)
    rows: list[Row] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            rows.extend((" ", line, line) for line in old[a:b])
        else:
            rows.extend(_changed(old[a:b], new[c:d]))
    return rows


def _indented(text: str) -> list[str]:
    """Return lines with spaces in place of branches."""
    leads = ((_LEAD.match(line), line) for line in text.split("\n"))
    return [" " * found.end() + line[found.end() :] if found else line for found, line in leads]


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    """Pair the lines of equal spans; other lines were added or removed."""
    heads = [_head(line) for line in old], [_head(line) for line in new]
    same = next((at for at, (a, b) in enumerate(zip(*heads, strict=False)) if a != b), min(len(old), len(new)))
    yield from _paired(old[:same], new[:same])
    for tag, a, b, c, d in SequenceMatcher(None, heads[0][same:], heads[1][same:]).get_opcodes():
        gone, came = old[same + a : same + b], new[same + c : same + d]
        if tag == "equal":
            yield from _paired(gone, came)
        else:
            yield from (("-", line, "") for line in gone)
            yield from (("+", "", line) for line in came)


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    yield from ((" " if before == after else "~", before, after) for before, after in zip(old, new, strict=True))


def _head(line: str) -> str:
    """Return the identity of a line: its depth, and the type and the name of its span."""
    depth = len(line) - len(line.lstrip(" "))
    found = _HEAD.match(line[depth:])
    return f"{depth} {found[0] if found else ''}"
