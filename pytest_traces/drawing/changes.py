"""The difference of two texts, word by word: the changed words with the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_WHOLE = 96  # characters up to which two texts are shown whole
_AROUND = 24  # characters shown on either side of a change
_APART = 3  # words between two separate changes
_COMPARED = 1_000  # words that are compared; a longer text has one change, from its first to its last one

_WORD = re.compile(r"\w+|\s+|[^\w\s]")

Change = tuple[str, str]
"""The old words, and the new ones."""
Span = tuple[int, int, int, int]


def changes(old: str, new: str) -> list[Change]:
    """Return the changed parts of two texts, in order; short texts are one part.

    >>> rest = "Postage is paid by us. " * 4
    >>> changes(f"Sent back within 30 days. {rest}", f"Sent back in 30 days. {rest}")
    [('Sent back within 30 days. Postage is…', 'Sent back in 30 days. Postage is…')]
    """
    if max(len(old), len(new)) <= _WHOLE:
        return [(old, new)]
    before, after = _WORD.findall(old), _WORD.findall(new)
    return [
        (_around(before, start, end), _around(after, first, last)) for start, end, first, last in _spans(before, after)
    ]


def first_change(old: str, new: str) -> Change:
    """Return the first changed part."""
    return changes(old, new)[0]


def _spans(before: Sequence[str], after: Sequence[str]) -> Iterator[Span]:
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle = before[head : len(before) - tail], after[head : len(after) - tail]
    if max(map(len, middle)) > _COMPARED:
        yield head, len(before) - tail, head, len(after) - tail
        return
    found: Span | None = None
    for tag, start, end, first, last in SequenceMatcher(None, *middle, autojunk=False).get_opcodes():
        if tag == "equal" and (end - start) > 2 * _APART and found is not None:
            yield found
            found = None
        elif tag != "equal":
            begin = (head + start, head + first) if found is None else (found[0], found[2])
            found = begin[0], head + end, begin[1], head + last
    if found is not None:
        yield found


def _common(before: Sequence[str], after: Sequence[str]) -> int:
    shorter = min(len(before), len(after))
    return next((at for at in range(shorter) if before[at] != after[at]), shorter)


def _around(words: Sequence[str], start: int, end: int) -> str:
    """Return a range of words with the nearest words around it."""
    first, last = start, end
    while first > 0 and sum(map(len, words[first - 1 : start])) <= _AROUND:
        first -= 1
    while last < len(words) and sum(map(len, words[end : last + 1])) <= _AROUND:
        last += 1
    text = "".join(words[first:last])
    return f"{'…' if first else ''}{text.strip() if first else text.rstrip()}{'…' if last < len(words) else ''}"
