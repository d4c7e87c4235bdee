"""Limits on the changes of a test: `tokens:10%,calls:0`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pytest_traces.errors import TracesError
from pytest_traces.report.comparison.changes import KEYS, Change
from pytest_traces.wording import nearest


@dataclass(frozen=True)
class Limit:
    """The most by which one figure of a test may grow."""

    amount: float
    is_percent: bool

    def __str__(self) -> str:
        return f"{self.amount:g}{'%' if self.is_percent else ''}"

    def is_broken_by(self, change: Change) -> bool:
        """Whether a change is larger; growth from 0 is more than any percentage."""
        allowed = abs(change.before) * self.amount / 100 if self.is_percent else self.amount
        return change.growth > allowed + 1e-9 * max(abs(change.before), abs(change.after))


def read_limits(text: str, known: tuple[str, ...] = KEYS) -> Mapping[str, Limit]:
    """Return the limit of each key; raises `TracesError` for an unknown or repeated key, or an invalid number."""
    limits: dict[str, Limit] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key, colon, amount = (piece.strip() for piece in part.partition(":"))
        if key not in known:
            raise TracesError(f"unknown key {key!r}{nearest(key, known)}; known are {', '.join(known)}")
        if key in limits:
            raise TracesError(f"{key!r} is there twice")
        if not colon or not _is_amount(amount.removesuffix("%")):
            raise TracesError(f"expected a number or a percentage, as in {key}:10%, got {part!r}")
        limits[key] = Limit(float(amount.removesuffix("%")), amount.endswith("%"))
    if not limits:
        raise TracesError(f"expected limits, as in {known[0]}:0, got {text!r}")
    return limits


def _is_amount(text: str) -> bool:
    try:
        amount = float(text)
    except ValueError:
        return False
    return math.isfinite(amount) and amount >= 0
