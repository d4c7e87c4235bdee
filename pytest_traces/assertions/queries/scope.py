"""What expectations share: finding the spans to judge, and saying what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.errors import Mismatch, SpanNotFound
from pytest_traces.model.span import Span

if TYPE_CHECKING:
    from pytest_traces.assertions.selection import Selection


def required(about: Selection, asked: Conditions) -> Selection:
    """Return what matches; fail where nothing does: what does not exist has no properties."""
    __tracebackhide__ = True
    found = about._family.select(about._matching(asked))
    if not found:
        tree = about._family.tree
        headline = f"expected at least 1 {asked.describe()}, found 0{asked.miss(about, tree)}"
        raise SpanNotFound(headline, tree=about._family.draw(about.nearest_miss(asked)))
    return found


def mismatch(about: Selection, faults: Sequence[str], several: str, notes: dict[str, str]) -> Mismatch:
    """Report all that is wrong at once: one fault is the headline, several are listed below their count."""
    drawn = about._family.draw(notes)
    if len(faults) == 1:
        return Mismatch(faults[0], tree=drawn)
    listed = "\n".join(f"- {fault}" for fault in faults)
    return Mismatch(f"{len(faults)} {several}", tree=f"{listed}\n\n{drawn}")


def point_out(about: Selection, spans: Iterable[Span], note: str) -> str:
    """Draw the whole trace with the same note at some spans."""
    return about._family.draw({span.call_id: note for span in spans})


def names_of(spans: Sequence[Span]) -> str:
    """List the names of some spans, each once."""
    names = list(dict.fromkeys(repr(span.name) for span in spans))
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
