"""Lists of figures with heads, drawn as lines of the terminal, as Markdown, or as cells of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_traces.report.layout.markdown import markdown_table
from pytest_traces.report.layout.page import Line, Page
from pytest_traces.report.layout.tables import Column


@dataclass(frozen=True)
class Listing:
    """One table: its columns, its rows, and its style."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    style: str = ""
    """`red`, `yellow` or empty."""


def listing_lines(listings: Iterable[Listing], page: Page) -> Iterator[Line]:
    """Draw tables with an empty line before each; one without rows is left out."""
    for listing in listings:
        if listing.rows:
            yield Line("")
            yield from page.table(listing.columns, listing.rows, tuple, listing.style)


def listing_markdown(listings: Iterable[Listing]) -> Iterator[str]:
    """Write tables as GitHub's Markdown with an empty line before each; one without rows is left out."""
    for listing in listings:
        if listing.rows:
            yield ""
            yield from markdown_table(listing.columns, listing.rows)
