"""Differences between recordings that should be equal, and the `ignore=` that leaves each out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_traces.snapshots.comparing.aligning.alignment import align
from pytest_traces.snapshots.comparing.explain import explain
from pytest_traces.snapshots.comparing.fields import differences
from pytest_traces.snapshots.text.lines import event_fields, span_fields
from pytest_traces.snapshots.text.paths import FIELDS
from pytest_traces.snapshots.text.tree import Node, Shapes, parse_tree


@dataclass(frozen=True)
class Variation:
    """One value that differs between runs."""

    told: str
    """Both values, as in `get_weather.output.id: "a" → "b"`."""
    ignore: str = ""
    """The path that leaves it out; empty if none does, because the program behaved differently."""
    mask: str | None = None
    """The value for `replace=` at that path, if the values look generated: it checks their form in later runs."""


def variations(kind: str, texts: Sequence[str]) -> list[Variation]:
    """Compare the text of the first run with each of the others; each variation is listed once."""
    found: dict[str, Variation] = {}
    for text in texts[1:]:
        if text != texts[0]:
            for one in _usage(texts[0], text) if kind == "usage" else _tree(kind, texts[0], text):
                found.setdefault(one.ignore or one.told, one)
    return list(found.values())


def _tree(kind: str, first: str, other: str) -> Iterator[Variation]:
    shapes: Shapes = {}
    read = event_fields if kind == "events" else span_fields
    found = align(*(parse_tree(text, shapes, read) for text in (first, other)))
    counts = found.counts()
    if not found.changed or any(count for what, count in counts.items() if what != "changed"):
        yield Variation(explain(kind, first, other)[0])
    for old, new in found.changed:
        yield from _line(old, new)


def _line(old: Node, new: Node) -> Iterator[Variation]:
    for one in differences(old, new):
        settles = "." in one.path or one.path in FIELDS  # a name or a type can't be left out
        yield Variation(str(one), one.path if settles else "", one.mask)


def _usage(first: str, other: str) -> Iterator[Variation]:
    before, after = ({row.rpartition(" = ")[0]: row for row in text.split("\n")} for text in (first, other))
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            values = " → ".join(
                row.rpartition(" = ")[2] if row else "nothing" for row in (before.get(name), after.get(name))
            )
            yield Variation(f"{name}: {values}", name)
