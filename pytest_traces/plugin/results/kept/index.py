"""Indexes kept traces where the reports of all workers arrive, and prints their directory at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_traces.report.kept.index import add_to_index, start_index
from pytest_traces.wording import count


class KeptTraces:
    """Registered by `--trace-keep`."""

    def __init__(self, directory: Path, shown: str) -> None:
        self._directory = directory
        self._shown = shown
        self._files: set[str] = set()
        self._lost = 0
        self._error = ""

    @pytest.hookimpl(tryfirst=True)  # before workers start
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Delete the traces of the last run."""
        try:
            start_index(self._directory)
        except OSError as error:
            self._error = self._error or str(error)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Index the kept traces of a test."""
        if hasattr(report, "trace_unwritten"):
            self._lost += 1
            self._error = self._error or report.trace_unwritten
        if hasattr(report, "trace_kept"):
            self._files.update(kept["file"] for kept in report.trace_kept)
            try:
                add_to_index(self._directory, report.trace_kept)
            except OSError as error:
                self._error = self._error or str(error)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the directory of the traces, and the first error in writing them; the exit status does not change."""
        if self._error:
            what = f"the traces of {count(self._lost, 'test')}" if self._lost else "the index of traces"
            terminalreporter.write_line(f"pytest-traces: {what} could not be written: {self._error}", yellow=True)
        if self._files and terminalreporter.verbosity >= -1:
            terminalreporter.write_line(f"{count(len(self._files), 'trace')} kept in {self._shown}")
