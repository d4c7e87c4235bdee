"""The size of the report: rows of each list, and columns."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from pytest_traces.report.layout.tables import Column, draw_table

T = TypeVar("T")


class Line(NamedTuple):
    """One line and its style."""

    text: str
    style: str = ""
    """`bold`, `red`, `yellow` or empty, as for pytest's terminal writer."""


class Page:
    """The number of rows and columns."""

    def __init__(self, rows: int, width: int) -> None:
        self.rows = rows
        self.width = width

    def table(
        self, columns: Sequence[Column], entries: Sequence[T], row: Callable[[T], Sequence[str]], style: str = ""
    ) -> Iterator[Line]:
        """Draw the first entries, and count the others."""
        if entries:
            lines = draw_table(columns, map(row, entries[: self.rows]), self.width - 1)
            if columns[0].head:
                yield Line(f" {next(lines)}", "bold")
            yield from (Line(f" {line}", style) for line in lines)
        if len(entries) > self.rows:
            yield Line(f"   … {len(entries) - self.rows:,} more")

    def ids(self, head: str, nodeids: Sequence[str], style: str = "") -> Iterator[Line]:
        """Draw a list of tests."""
        yield from self.table([Column(head, is_id=True)], nodeids, lambda nodeid: (nodeid,), style)

    def joined(self, figures: Sequence[str]) -> Iterator[Line]:
        """Put figures on as few lines as possible; no figure is split."""
        line = f" {figures[0]}"
        for figure in figures[1:]:
            if len(line) + len(figure) + 3 > self.width:
                yield Line(line)
                line = f" {figure}"
            else:
                line = f"{line} · {figure}"
        yield Line(line)

    def wrapped(self, text: str, style: str = "", indent: str = " ") -> Iterator[Line]:
        """Break a text into lines."""
        for line in textwrap.wrap(text, self.width, initial_indent=indent, subsequent_indent=indent):
            yield Line(line, style)
