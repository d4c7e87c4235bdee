"""Reads data of frameworks: fields by name, moments in Unix milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


def fields_of(data: Any, *names: str) -> dict[str, Any]:
    """Return those attributes of an object, or items of a mapping, that are there and not `None`."""
    found = {name: data.get(name) if isinstance(data, Mapping) else getattr(data, name, None) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def unix_ms(moment: datetime | str) -> float:
    """Return a moment, given as a datetime or in ISO 8601, as Unix milliseconds."""
    when = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    return when.timestamp() * 1e3
