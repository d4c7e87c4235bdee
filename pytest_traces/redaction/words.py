"""The different words of a text: a trace repeats its words, and a search reads each of them once."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1)  # a snapshot is searched for secrets, then for what changes from run to run
def distinct_words(text: str) -> str:
    """Return the different words of a text, with a space between them."""
    return " ".join(set(text.split()))
