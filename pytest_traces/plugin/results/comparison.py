"""`--trace-compare`: reports changes since a baseline, and fails a run beyond the limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest

from pytest_traces.plugin.terminal.lines import write_lines
from pytest_traces.report.comparison.comparison import Comparison, compare
from pytest_traces.report.comparison.limits import Limit
from pytest_traces.report.comparison.text import baseline_of, comparison_lines, comparison_markdown
from pytest_traces.report.layout.page import Page
from pytest_traces.report.saved.commit import now
from pytest_traces.report.saved.run import SavedRun


class ComparedRun:
    """The run against its baseline."""

    def __init__(self, name: str, baseline: Sequence[SavedRun], limits: Mapping[str, Limit], rows: int) -> None:
        self._name = name
        self._baseline = baseline
        self._limits = limits
        self._rows = rows
        self._comparison = Comparison()

    def finish(self, run: SavedRun, session: pytest.Session) -> None:
        """Compare; a run that passed fails if a limit is broken."""
        self._comparison = compare(self._baseline, [run], self._limits)
        if self._comparison.has_failed and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def tell(self, terminal: Any) -> None:
        """Print the changes."""
        page = Page(self._rows, terminal._tw.fullwidth)
        baseline = baseline_of(self._name, self._baseline, now())
        write_lines(terminal, "trace comparison", comparison_lines(self._comparison, baseline, page))

    def markdown(self) -> Iterable[str]:
        """Return the changes for the summary of a job."""
        return comparison_markdown(self._comparison, baseline_of(self._name, self._baseline, now()))
