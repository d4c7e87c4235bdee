"""Writes the page at the end of the session."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_traces.page.entries import page_of
from pytest_traces.report.saved.run import SavedRun, session_of


class TracePage:
    """The page that `--trace-html` asks for."""

    def __init__(self, path: Path, title: str) -> None:
        self._path = path
        self._title = title
        self._told = ""

    def finish(self, run: SavedRun, session: pytest.Session) -> None:
        """Write the page."""
        from pytest_traces.page.tabs import coverage_tabs, report_tab
        from pytest_traces.page.writing import write_page

        about = f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}"
        tabs = [report_tab(session_of([run], run.about["slow_ms"])), *coverage_tabs([run])]
        try:
            write_page(self._path, page_of(run.tests, title=self._title, about=about, tabs=tabs))
        except OSError as error:
            self._told = f"the trace page was not written: {error}"

    def tell(self, terminal: Any) -> None:
        """Print the path of the page, or why it was not written."""
        if self._told:
            terminal.write_line(f"pytest-traces: {self._told}", yellow=True)
        else:
            terminal.write_sep("-", f"trace page: {self._path.as_uri()}")

    def markdown(self) -> Iterable[str]:
        """Return nothing: the file is there."""
        return ()
