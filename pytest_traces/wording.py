"""The words every message needs: a count with its noun, the nearest known name, headline, tree and hint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class Drawn(str):
    """A drawn tree that knows which spans it points out."""

    noted: Sequence[str]
    """Call ids, in the order of the tree."""

    def __new__(cls, text: str, noted: Iterable[str]) -> Drawn:
        drawn = super().__new__(cls, text)
        drawn.noted = tuple(noted)
        return drawn

    def below(self, text: str) -> Drawn:
        """Return the same tree with a text above it."""
        return Drawn(f"{text}\n\n{self}", self.noted)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: `1 span`, `1,217 spans`, `3 retries` for `count(3, "retry", "retries")`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def compose(headline: str, *, tree: str = "", hint: str = "") -> str:
    """Lay out a message: headline, blank line, tree, blank line, hint."""
    parts = [headline]
    if tree:
        parts.append(tree)
    if hint:
        parts.append(f"hint: {hint}")
    return "\n\n".join(parts)


def nearest(given: str, known: Iterable[str]) -> str:
    """Return `"; did you mean 'x'?"`, or an empty string if no known name is near."""
    from difflib import get_close_matches  # loaded late: pytest's start does not wait for it

    close = get_close_matches(given, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
