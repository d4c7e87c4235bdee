"""Formats figures; an unknown figure is marked, and never becomes 0."""

from __future__ import annotations

from pytest_traces.wording import count

UNKNOWN = "?"
"""Stands for an unknown figure."""


def duration(ms: float) -> str:
    """Return a time in the unit that fits: `812 ms`, `2.4 s`, `3 min 5 s`."""
    if ms < 999.5:
        return f"{ms:.0f} ms"
    if ms < 59_950:
        return f"{ms / 1e3:.1f} s"
    minutes, seconds = divmod(round(ms / 1e3), 60)
    return f"{minutes:,} min {seconds} s"


def money(usd: float) -> str:
    """Return an amount in US dollars, with its significant digits: `$0.0123`, `$1.25`."""
    if 0 < usd < 0.00005:
        return "<$0.0001"
    return f"${usd:.4f}" if usd < 0.1 else f"${usd:,.2f}"


def at_least(shown: str, *, is_known: bool, is_anything: bool) -> str:
    """Return a figure, marked if a part of it is unknown: `12`, `≥ 12`, or `?` if all of it is unknown."""
    if is_known:
        return shown
    return f"≥ {shown}" if is_anything else UNKNOWN


def share(part: int, whole: int) -> str:
    """Return a share in percent; one that is not 0 is never shown as 0."""
    if not part or not whole:
        return "0%"
    return f"{100 * part / whole:.0f}%" if part / whole >= 0.005 else "<1%"


def calls(number: int, what: str) -> str:
    """Return a number of calls with a word, as in `1 call unreported`."""
    return f"{count(number, 'call')} {what}"
