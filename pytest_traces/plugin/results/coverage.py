"""`--trace-coverage`: reports the coverage, and fails a run below the limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from pytest_traces.plugin.terminal.lines import write_lines
from pytest_traces.report.comparison.limits import Limit
from pytest_traces.report.coverage.coverage import Coverage, coverage_of
from pytest_traces.report.coverage.text import coverage_lines, coverage_markdown
from pytest_traces.report.layout.page import Page
from pytest_traces.report.saved.run import SavedRun


class CoveredRun:
    """The coverage of the run."""

    def __init__(self, limits: Mapping[str, Limit]) -> None:
        self._limits = limits
        self._coverage = Coverage([], [])

    def finish(self, run: SavedRun, session: pytest.Session) -> None:
        """Count; a run that passed fails if a limit is not reached."""
        self._coverage = coverage_of([run])
        if self._coverage.broken(self._limits) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def tell(self, terminal: Any) -> None:
        """Write the table."""
        page = Page(len(self._coverage.tools), terminal._tw.fullwidth)  # a table of coverage is never cut
        write_lines(terminal, "trace coverage", coverage_lines(self._coverage, self._limits, page))

    def markdown(self) -> Iterable[str]:
        """Return the table for the summary of a job."""
        return coverage_markdown(self._coverage, self._limits)
