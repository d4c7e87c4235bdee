"""The table: what it costs us, what it costs the peer beside us, and the ratio of both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


@dataclass(frozen=True)
class Row:
    """One measurement and one peer's."""

    what: str
    ours: float | None
    """Seconds."""
    peer: str
    theirs: float | None = None
    """Seconds; `None` where the peer is not installed."""
    goal: str = ""
    """What DESIGN asks for."""
    note: str = ""


def render(rows: Iterable[Row]) -> str:
    """Lay out rows below one another; a peer that is not installed is said so in its row."""
    lines = [("what", "ours", "peer", "theirs", "ours/theirs", "goal", "")]
    for row in rows:
        ratio = "" if row.ours is None or not row.theirs else f"{row.ours / row.theirs:.3g}"
        theirs = "not installed" if row.theirs is None else duration(row.theirs)
        lines.append((row.what, duration(row.ours), row.peer, theirs, ratio, row.goal, row.note))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    drawn = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([drawn[0], "-" * max(map(len, drawn)), *drawn[1:]])


def duration(seconds: float | None) -> str:
    """Write seconds with a unit and three figures."""
    if seconds is None:
        return "?"
    size, unit = next((scale for scale in _SCALES if abs(seconds) >= scale[0]), _SCALES[-1])
    return f"{seconds / size:.3g} {unit}"
