"""GitHub's Markdown: tables whose cells are text, whatever the names of tests and tools hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from pytest_traces.report.layout.page import Line, Page
from pytest_traces.report.layout.tables import Column

T = TypeVar("T")


class MarkdownPage(Page):
    """Room for the report as Markdown: each list as many rows, and no width."""

    def __init__(self, rows: int) -> None:
        super().__init__(rows, width=0)

    def table(
        self, columns: Sequence[Column], entries: Sequence[T], row: Callable[[T], Sequence[str]], style: str = ""
    ) -> Iterator[Line]:
        """Write the first entries, and count the others; a column of empty cells is left out."""
        rows = [row(entry) for entry in entries[: self.rows]]
        kept = [at for at in range(len(columns)) if at == 0 or any(row[at] for row in rows)]
        cells = [[row[at] for at in kept] for row in rows]
        yield from map(Line, markdown_table([columns[at] for at in kept], cells))
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
    """Yield the lines of a table; nothing for one without rows."""
    for number, row in enumerate(rows):
        if number == 0:
            yield _row(escaped(column.head) for column in columns)
            yield _row(":--" if column.is_id or column.is_text else "--:" for column in columns)
        yield _row(map(escaped, row))


def escaped(text: str) -> str:
    """Keep a text from being read as markup."""
    plain = text.strip().replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
    return "".join(f"\\{letter}" if letter in "\\|`*_[]~#@" else letter for letter in plain)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
