"""The table of results: our cost, the cost of a peer, and their ratio."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True)
class Row:
    """One measurement of ours, and one of a peer."""

    what: str
    ours: float | None
    """Seconds."""
    peer: str
    theirs: float | None = None
    """Seconds; `None` if the peer is not installed."""
    goal: str = ""
    """The limit that the design sets."""
    note: str = ""


def render(rows: Iterable[Row]) -> str:
    """Lay out the rows; the row of a peer that is not installed says so."""
    lines = [("what", "ours", "peer", "theirs", "ours/theirs", "goal", "")]
    for row in rows:
        ratio = "" if row.ours is None or not row.theirs else f"{row.ours / row.theirs:.3g}"
        theirs = "not installed" if row.theirs is None else duration(row.theirs)
        lines.append((row.what, duration(row.ours), row.peer, theirs, ratio, row.goal, row.note))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    drawn = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([drawn[0], "-" * max(map(len, drawn)), *drawn[1:]])


def duration(seconds: float | None) -> str:
    """Return seconds with a unit and three significant digits."""
    if seconds is None:
        return "?"
    size, unit = next((scale for scale in _SCALES if abs(seconds) >= scale[0]), _SCALES[-1])
    return f"{seconds / size:.3g} {unit}"
