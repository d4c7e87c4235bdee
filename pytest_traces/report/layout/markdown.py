"""GitHub's Markdown: tables whose cells are plain text, even if names of tests and tools hold markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from pytest_traces.report.layout.page import Line, Page
from pytest_traces.report.layout.tables import Column

T = TypeVar("T")


class MarkdownPage(Page):
    """The layout of the report as Markdown: a limit on the rows of each list, no limit on columns."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows, width=0)

    def table(
        self, columns: Sequence[Column], entries: Sequence[T], row: Callable[[T], Sequence[str]], style: str = ""
    ) -> Iterator[Line]:
        """Write the first entries, and count the others."""
        yield from map(Line, markdown_table(columns, map(row, entries[: self.rows])))
        if len(entries) > self.rows:
            yield Line("")
            yield Line(f"… {len(entries) - self.rows:,} more")

    def joined(self, figures: Sequence[str]) -> Iterator[Line]:
        """Put figures on one line."""
        yield Line(" · ".join(map(escaped, figures)))

    def wrapped(self, text: str, style: str = "", indent: str = " ") -> Iterator[Line]:
        """Write a text as an item of a list."""
        yield Line(f"* {escaped(text)}")


def markdown_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table, none if it has no rows; a column of empty cells is left out."""
    cells = [*rows]
    kept = [at for at in range(len(columns)) if at == 0 or any(row[at] for row in cells)]
    for number, row in enumerate(cells):
        if number == 0:
            yield _row(escaped(columns[at].head) for at in kept)
            yield _row(":--" if columns[at].is_id or columns[at].is_text else "--:" for at in kept)
        yield _row(escaped(row[at]) for at in kept)


def escaped(text: str) -> str:
    """Escape markup in a text."""
    plain = text.strip().replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return "".join(f"\\{letter}" if letter in "\\|`*_[]~#@" else letter for letter in plain)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
