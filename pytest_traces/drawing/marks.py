"""The marks before a drawn span that tell of concurrency: the one grammar, for what writes and what reads it.

`∥ a`         begins a branch of a group
`∥ ↳ b`       continues that branch
`then ∥ c`    begins a group right after another one
`∥ ↳1,3 d`    waited for the first and third of its group, in a group whose branches wait for one another

Marks nest, and no two structures have the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

BRANCH, NEXT, THEN = "∥", "↳", "then"

WORDS = frozenset({BRANCH, NEXT, THEN})
"""A span whose type is one of these words is drawn in quotes."""

_LEADING = re.compile(rf"(?:(?:{BRANCH}|{NEXT}(?:\d+(?:,\d+)*)?|{THEN}) )*")


def in_branch(index: int) -> str:
    """Return the mark of one step of a branch: the first begins it, the others continue it."""
    return f"{BRANCH} {NEXT} " if index else f"{BRANCH} "


def waiting_for(numbers: Iterable[int]) -> str:
    """Return the mark of a member of a group that waited for these members, numbered from 1 in drawn order."""
    waits = ",".join(map(str, sorted(numbers)))
    return f"{BRANCH} {NEXT}{waits} " if waits else f"{BRANCH} "


def then(marks: str) -> str:
    """Return the marks of the first line of a group that comes right after another group."""
    return f"{THEN} {marks}"


def split_marks(line: str) -> tuple[str, str]:
    """Split a drawn line into its marks, without the last space, and the rest."""
    found = _LEADING.match(line)
    start = found.end() if found else 0
    return line[:start].rstrip(), line[start:]


def continues_branch(marks: str) -> bool:
    """Tell whether a line continues the branch of the line before it."""
    return marks.startswith(f"{BRANCH} {NEXT}")
