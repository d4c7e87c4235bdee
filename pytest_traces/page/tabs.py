"""The tabs of the page: the report of a session, and lists of figures, as tables."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from pytest_traces.page.entries import Tab, Table
from pytest_traces.report.coverage.coverage import coverage_of
from pytest_traces.report.coverage.text import coverage_listings, coverage_notes
from pytest_traces.report.layout.lists import Listing
from pytest_traces.report.layout.page import Line, Page
from pytest_traces.report.layout.tables import Column
from pytest_traces.report.saved.run import SavedRun
from pytest_traces.report.session import SessionSummary
from pytest_traces.report.terminal import draw_report

T = TypeVar("T")


def tab_of(title: str, notes: Sequence[str], listings: Iterable[Listing]) -> Tab:
    """Return lists of figures as a tab; a list without rows is left out."""
    tables = [_table(listing.columns, listing.rows) for listing in listings if listing.rows]
    return {"title": title, "notes": notes, "tables": tables}


def coverage_tabs(runs: Sequence[SavedRun]) -> list[Tab]:
    """Return the tab of coverage; none if no tool was offered or called."""
    coverage = coverage_of(runs)
    return [tab_of("Coverage", coverage_notes(coverage), coverage_listings(coverage))] if coverage.tools else []


def report_tab(session: SessionSummary) -> Tab:
    """Return the terminal's report as a tab, each table whole."""
    page = _TableKeeper()
    notes: list[str] = []
    for line in draw_report(session, page):
        if line.style == _TABLE:
            table = page.tables[int(line.text)]
            if not table["columns"][0]["text"]:  # the title of a table is the line before it
                table["title"] = notes.pop()
        elif line.text:
            notes.append(line.text.strip())
    return {"title": "Report", "notes": notes, "tables": page.tables}


_TABLE = "table"  # the style of a line that represents a kept table


class _TableKeeper(Page):
    """A layout that keeps each table and draws none."""

    def __init__(self) -> None:
        super().__init__(rows=sys.maxsize, width=sys.maxsize)
        self.tables: list[Table] = []

    def table(
        self, columns: Sequence[Column], entries: Sequence[T], row: Callable[[T], Sequence[str]], style: str = ""
    ) -> Iterator[Line]:
        """Yield the number of the table."""
        if entries:
            yield Line(str(len(self.tables)), _TABLE)
            self.tables.append(_table(columns, [row(entry) for entry in entries]))


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table without its empty columns."""
    kept = [at for at in range(len(columns)) if at == 0 or any(row[at] for row in rows)]
    heads = [(columns[at].head, not (columns[at].is_id or columns[at].is_text)) for at in kept]
    return {
        "title": "",
        "columns": [{"text": head, "is_figure": is_figure} for head, is_figure in heads],
        "rows": [[row[at] for at in kept] for row in rows],
    }
