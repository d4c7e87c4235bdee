"""Folds the pieces of a stream into what was said: how many pieces there were is not behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def fold(pieces: Sequence[Any]) -> list[Any]:
    """Join neighbouring pieces of text; other pieces stand as they came."""
    folded: list[Any] = []
    for piece in pieces:
        if isinstance(piece, str) and folded and isinstance(folded[-1], str):
            folded[-1] += piece
        else:
            folded.append(piece)
    return folded
