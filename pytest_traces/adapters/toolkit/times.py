"""Moments as frameworks write them, in Unix milliseconds."""

from __future__ import annotations

from datetime import datetime


def unix_ms(moment: datetime | str) -> float:
    """Return a moment, given as a datetime or in ISO 8601, as Unix milliseconds."""
    when = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    return when.timestamp() * 1e3
