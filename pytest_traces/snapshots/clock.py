"""Reads a clock's time in whatever shape a program writes it."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = ((1e18, 1e-9), (1e15, 1e-6), (1e12, 1e-3), (0.0, 1.0))
"""From which number on, and to how many seconds, a count since 1970 is read."""


def read_clock(text: str) -> list[float]:
    """Return the Unix seconds that a text may mean; none where it is no time.

    >>> read_clock("1970-01-01T00:00:10Z")
    [10.0]
    >>> read_clock("1700000000000")
    [1700000000.0]
    """
    if text.replace(".", "", 1).isdigit():
        number = float(text)
        return [number * next(unit for least, unit in _SECONDS if number >= least)]
    moment = _moment(text)
    if moment is None:
        return []
    if moment.tzinfo is not None:
        return [moment.timestamp()]
    return [moment.timestamp(), moment.replace(tzinfo=UTC).timestamp()]  # without a zone: local, or UTC


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text) if text[0].isalpha() else datetime.fromisoformat(text.replace("/", "-"))
    except (ValueError, TypeError):
        return None
