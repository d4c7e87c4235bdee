"""The marks of a drawn span: one grammar for writers and readers.

Marks before a span show concurrency:

`∥ a`         begins a branch of a group
`∥ ↳ b`       continues that branch
`then ∥ c`    begins a group right after another one
`∥ ↳1,3 d`    waited for the first and third of its group, in a group whose branches wait for one another

They nest, and different structures have different marks. `model.words.signs` holds the signs of success and failure.

`⚡ raises` after a span names the act in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

BRANCH, NEXT, THEN = "∥", "↳", "then"
GUIDES = "│├└─"
"""The branches that lead from a span to its children."""

WORDS = frozenset({BRANCH, NEXT, THEN})
"""A type that equals one of these words is drawn in quotes."""

ACTED, NOTE = "⚡", "←"
_ACTED = re.compile(rf"   {ACTED} ([a-z]+(?:, [a-z]+)*)$")
_FIRST = (BRANCH, NEXT, f"{THEN} ")
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
    found = _LEADING.match(line) if line.startswith(_FIRST) else None
    start = found.end() if found else 0
    return line[:start].rstrip(), line[start:]


def acted(verb: str | None) -> str:
    """Return the mark of a span that a test acted on; the empty text if it ran by itself."""
    return f"   {ACTED} {verb}" if verb else ""


def margin(note: str | None) -> str:
    """Return a note for the margin of a span's line; the empty text if there is none."""
    return f"   {NOTE} {note}" if note else ""


def split_acted(line: str) -> tuple[str, str | None]:
    """Split a drawn line into the text before the mark of an act, and the verb of the act."""
    found = _ACTED.search(line)
    return (line, None) if found is None else (line[: found.start()], found[1])


def continues_branch(marks: str) -> bool:
    """Return whether a line continues the branch of the line before it."""
    return marks.startswith(f"{BRANCH} {NEXT}")
