"""Writes a comparison: one line about both sides, then tables of changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_traces.report.comparison.changes import Change
from pytest_traces.report.comparison.comparison import Comparison
from pytest_traces.report.layout.lists import Listing, listing_lines, listing_markdown
from pytest_traces.report.layout.page import Line, Page
from pytest_traces.report.layout.tables import Column
from pytest_traces.report.saved.commit import age
from pytest_traces.report.saved.run import SavedRun
from pytest_traces.wording import count

_CHANGE = (Column("what", 6, is_text=True), Column("before", 2), Column("now", 3), Column("change", 5))


def baseline_of(name: str, runs: Sequence[SavedRun], at: str) -> str:
    """Return the name of the baseline with its commit and its age: `main.jsonl (a1b2c3d, 2 days old)`."""
    commits = sorted({run.about["commit"][:7] or "unknown commit" for run in runs})
    oldest = min((run.about["time"] for run in runs), default="")
    several = f"{len(runs)} runs, " if len(runs) > 1 else ""
    part = ", only a part of the suite" if any(run.about["part"] for run in runs) else ""
    return f"{name} ({several}{', '.join(commits)}, {age(oldest, at)}{part})"


def comparison_lines(comparison: Comparison, baseline: str, page: Page) -> Iterator[Line]:
    """Yield the lines of the terminal."""
    yield from page.joined([f"against {baseline}", *_figures(comparison)])
    for key in comparison.unjudged:
        yield Line("")
        yield from page.wrapped(_unjudged(key), "red")
    yield from listing_lines(_listings(comparison), page)


def comparison_markdown(comparison: Comparison, baseline: str) -> Iterator[str]:
    """Yield the lines of a Markdown summary."""
    yield "### Traces compared with a baseline"
    yield ""
    yield " · ".join([f"Against {baseline}", *_figures(comparison)])
    for key in comparison.unjudged:
        yield ""
        yield f"**{_unjudged(key)}**"
    yield from listing_markdown(_listings(comparison))


def _figures(comparison: Comparison) -> Iterator[str]:
    yield f"{len(comparison.changed):,} of {count(comparison.tests, 'test')} changed"
    for tests, word in (
        (comparison.new, "new"),
        (comparison.gone, "gone"),
        (comparison.incomparable, "not comparable"),
    ):
        if tests:
            yield f"{len(tests):,} {word}"


def _unjudged(key: str) -> str:
    return f"the limit on {key} judged no test: none is comparable in it"


def _listings(comparison: Comparison) -> Iterator[Listing]:
    broken = [(name, *_cells(change), str(limit)) for name, change, limit in comparison.beyond]
    yield Listing([Column("beyond the limit", is_id=True), *_CHANGE, Column("limit", 4)], broken, "red")
    changed = [(name, *_cells(change)) for name, changes in comparison.changed.items() for change in changes]
    yield Listing([Column("changed", is_id=True), *_CHANGE], changed)
    reasons = [*comparison.incomparable.items()]
    yield Listing([Column("not comparable", is_id=True), Column("why", is_text=True)], reasons, "yellow")
    for head, names in (("new", comparison.new), ("gone", comparison.gone)):
        yield Listing([Column(head, is_id=True)], [(name,) for name in names])


def _cells(change: Change) -> tuple[str, ...]:
    what = f"calls of {change.what}" if change.key == "calls" and change.what != "model calls" else change.what
    return (what, *change.shown)
