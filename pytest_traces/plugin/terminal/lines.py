"""Writes sections of the report to pytest's terminal, in its colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_traces.report.layout.page import Line


def write_lines(terminal: Any, title: str, lines: Iterable[Line]) -> None:
    """Write a section."""
    terminal.write_sep("=", title)
    for line in lines:
        terminal.write_line(line.text, **({line.style: True} if line.style else {}))
