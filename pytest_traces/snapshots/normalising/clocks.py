"""Reads a clock's time in whatever shape a program writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_TIME = r"\d\d?:\d\d (?: :\d\d (?: [.]\d+ )? )? (?: [ ]?[AaPp][Mm]\b )?"

CLOCK = rf"""
        (?<!\d) \d{{4}}[-/]\d\d[-/]\d\d [T _] \d\d:\d\d (?: :\d\d (?: [.,]\d+ )? )? (?: Z | [+-]\d\d:?\d\d )?
      | (?<!\d) \d{{4}}-\d\d-\d\d [T_-] \d\d-\d\d-\d\d (?!\d)
      | (?<!\d) \d{{8}} [T_-]? \d{{6}} (?: [.,_]?\d{{3}} (?: \d{{3}} )? )? (?!\d) Z?
      | (?<!\d) \d\d?[/.]\d\d?[/.]\d{{4}} ,?[ ] {_TIME}
      | \b[A-Z][a-z]{{2,8}}[ ]\d\d?,[ ]\d{{4}} ,?[ ](?:at[ ])? {_TIME}
      | \bdatetime\.datetime\(\d{{4}} (?: ,[ ]\d\d? ){{4,5}} (?: ,[ ]\d{{1,6}} )? (?=[,)]) [^()]*\)
      | \b[A-Z][a-z]{{2}},[ ]\d\d?[ ][A-Z][a-z]{{2}}[ ]\d{{4}}[ ]\d\d:\d\d:\d\d[ ](?: GMT | UTC | [+-]\d{{4}} )
      | \b[A-Z][a-z]{{2}}[ ][A-Z][a-z]{{2}}[ ][ \d]\d[ ]\d\d:\d\d:\d\d[ ]\d{{4}}
"""
"""The formats in which programs write a time, as a verbose regex; counts of seconds are not among them."""

_SECONDS = ((1e18, 1e-9), (1e15, 1e-6), (1e12, 1e-3), (0.0, 1.0))
"""The least number that is read as a count since 1970, and its unit in seconds."""

_WRITTEN_OUT = len("20261121055457")

_NUMBER = re.compile(r"\d+")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def read_clock(text: str) -> list[float]:
    """Return the Unix seconds that a text may mean; an empty list if it is no time.

    >>> read_clock("1970-01-01T00:00:10Z")
    [10.0]
    >>> read_clock("1700000000000")
    [1700000000.0]
    """
    if text.replace(".", "", 1).isdigit():
        number = float(text)
        written = _moment(_compact, text) if len(text) >= _WRITTEN_OUT else None
        counted = number * next(unit for least, unit in _SECONDS if number >= least)
        return [counted, *(_seconds(written) if written is not None else [])]
    for ways in _WAYS:
        moments = [moment for read in ways if (moment := _moment(read, text)) is not None]
        if moments:
            return [second for moment in moments for second in _seconds(moment)]
    return []


def _seconds(moment: datetime) -> list[float]:
    if moment.tzinfo is not None:
        return [moment.timestamp()]
    return [moment.timestamp(), moment.replace(tzinfo=UTC).timestamp()]  # without a zone: local, or UTC


def _moment(read: Callable[[str], datetime], text: str) -> datetime | None:
    try:
        return read(text)
    except (ValueError, TypeError, IndexError):
        return None


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("/", "-"))


def _compact(text: str) -> datetime:
    """Read `20261121_055457`, with or without anything in between."""
    return datetime.strptime("".join(_NUMBER.findall(text))[:14], "%Y%m%d%H%M%S")


def _repr(text: str) -> datetime:
    """Read `datetime.datetime(2026, 11, 21, 5, 54)`."""
    if not text.startswith("datetime."):
        raise ValueError(text)
    return datetime(*map(int, _NUMBER.findall(text)[:6]))  # type: ignore[arg-type]


def _named(text: str) -> datetime:
    """Read `November 21, 2026 at 05:54:57 AM`."""
    day, year, *clock = map(int, _NUMBER.findall(text))
    return datetime(year, _MONTHS.index(text[:3]) + 1, day) + _of_day(text, clock)


def _day_first(text: str) -> datetime:
    day, month, year, *clock = map(int, _NUMBER.findall(text))
    return datetime(year, month, day) + _of_day(text, clock)


def _month_first(text: str) -> datetime:
    month, day, year, *clock = map(int, _NUMBER.findall(text))
    return datetime(year, month, day) + _of_day(text, clock)


def _of_day(text: str, clock: Sequence[int]) -> timedelta:
    """Return the time since midnight of a clock with 12 or 24 hours."""
    half = text[-2:].upper()
    hour = clock[0] % 12 + 12 * (half == "PM") if half in ("AM", "PM") else clock[0]
    return timedelta(hours=hour, minutes=clock[1], seconds=sum(clock[2:3]))


_WAYS = ((_iso,), (_repr,), (parsedate_to_datetime,), (_named,), (_day_first, _month_first), (_compact,))
"""Ways to read a clock; the first that succeeds counts. The order of day and month is unknown."""
