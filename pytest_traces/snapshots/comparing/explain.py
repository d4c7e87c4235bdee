"""Says how a trace differs from its snapshot: how many edits, and each in its place."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from pytest_traces.snapshots.comparing.aligning.alignment import align
from pytest_traces.snapshots.comparing.picture import draw_mismatch
from pytest_traces.snapshots.text.lines import Reader, event_fields, span_fields
from pytest_traces.snapshots.text.tree import Shapes, parse_tree
from pytest_traces.snapshots.writing.usage import explain_usage
from pytest_traces.wording import count


@dataclass(frozen=True)
class Explanation:
    """The edits between two texts, counted and drawn."""

    edits: int
    headline: str
    body: str


def explain(kind: str, stored: str, received: str) -> tuple[str, str]:
    """Return a headline such as `1 edit: 1 span added`, and the changed lines in their place."""
    if kind == "usage":
        changes = explain_usage(stored, received)
        return f"{count(len(changes), 'edit')}: {count(len(changes), 'count')} changed", "\n".join(changes)
    told = explain_tree(stored, received, "event" if kind == "events" else "span")
    return told.headline, told.body


def explain_tree(stored: str, received: str, noun: str = "span") -> Explanation:
    """Align two drawn trees and return their edits; equal texts have none."""
    shapes: Shapes = {}
    read: Reader = event_fields if noun == "event" else span_fields
    old, new = (parse_tree(text, shapes, read) for text in (stored, received))
    found = align(old, new)
    counts = found.counts()
    edits = sum(counts.values())
    if not edits:
        edits = int(stored != received)
        return Explanation(
            edits, f"{count(edits, 'edit')}: the same {noun}s, drawn differently", _first(stored, received)
        )
    told = ", ".join(_told(number, what, noun) for what, number in counts.items() if number)
    return Explanation(edits, f"{count(edits, 'edit')}: {told}", draw_mismatch(found, new))


def _first(stored: str, received: str) -> str:
    """Show the first line that differs in texts of the same content, as after an edit by hand."""
    pairs = zip_longest(stored.split("\n"), received.split("\n"), fillvalue="")
    return next((f"- {old}\n+ {new}" for old, new in pairs if old != new), "")


def _told(number: int, what: str, noun: str) -> str:
    if what == "reordered":
        return f"{count(number, 'order')} changed"
    return "attempts renumbered" if what == "retried" else f"{count(number, noun)} {what}"
