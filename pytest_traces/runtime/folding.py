"""Folds the pieces of a stream into what was said: how many pieces there were is not behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from pytest_traces.runtime.collectors.collector import collector_for


def fold(pieces: Sequence[Any]) -> list[Any]:
    """Return the values that the plain pieces of one span amount to, each through its collector.

    >>> fold(["It is ", "21 °C", {"type": "text_delta", "id": "1", "text_delta": "and sunny"}])
    ['It is 21 °C', {'type': 'text', 'id': '1', 'text': 'and sunny'}]
    """
    folded: list[Any] = []
    for kind, some in groupby(pieces, collector_for):
        collector = kind()
        alike = list(some)
        try:
            for piece in alike:
                collector.process(piece)
            amount = collector.collect()
        except Exception:  # a shape its provider never documented; what was said must not get lost
            folded.extend(alike)
        else:
            folded.extend(amount if collector.several else [amount])
    return folded
