"""What traces add to pytest's reports: a tree for each failed test, figures, the summary at the end."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_traces.drawing.tree import detailed, draw_tree
from pytest_traces.plugin.session import SESSION
from pytest_traces.plugin.settings import Settings
from pytest_traces.report.summary import SessionSummary, TestSummary, summarise
from pytest_traces.report.terminal import report_lines
from pytest_traces.runtime.harvest import harvest
from pytest_traces.runtime.recorder import Recorder

_ROWS = 200  # lines of the tree of a failed test


def attach(report: pytest.TestReport, item: pytest.Item, recorder: Recorder) -> None:
    """Put a test's figures on its report as builtins; xdist and reportlog carry them. Draw it where it failed."""
    tree = harvest(recorder)
    report.trace = _figures(item, recorder)  # type: ignore[attr-defined]
    if report.failed and tree.spans:
        report.sections.append(("Trace", draw_tree(tree, detailed, limit=_ROWS)))


def note_properties(item: pytest.Item, recorder: Recorder) -> None:
    """Tell JUnit the figures; the list outlives a rerun, so own keys are replaced."""
    figures = _figures(item, recorder)
    ours = {f"trace.{name}": figures[name] for name in ("spans", "llm_calls", "tokens", "status")}
    ours["trace.retries"] = len(figures["retries"])
    kept = [pair for pair in item.user_properties if pair[0] not in ours]
    item.user_properties[:] = [*kept, *ours.items()]


def fail_runaway(report: pytest.TestReport, recorder: Recorder) -> None:
    """Turn a test red whose program hit the cap, also when it swallowed the error."""
    if recorder.overflow is not None and report.passed:
        report.outcome = "failed"
        report.longrepr = f"pytest_traces.RunawayTrace: {recorder.overflow}"


def _figures(item: pytest.Item, recorder: Recorder) -> TestSummary:
    settings = item.config.stash[SESSION].settings
    activation = item.config.stash[SESSION].activation
    return summarise(
        harvest(recorder),
        slow_ms=settings.slow_ms,
        retry_rule=settings.retry_rule,
        troubles=[*activation.troubles, *recorder.troubles],
    )


class TraceReport:
    """Gathers the figures of all workers and writes the summary."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._summary = SessionSummary(settings.slow_ms)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Take in a test's figures; a subtest's report carries its test's, and is passed over."""
        if hasattr(report, "trace") and type(report) is pytest.TestReport:
            self._summary.add(report.nodeid, report.trace, rerun=str(report.outcome) == "rerun")

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the report, unless `-qq` asked for quiet."""
        if terminalreporter.verbosity < -1:
            return
        terminalreporter.write_sep("=", "trace report")
        for line in report_lines(self._summary, self._settings.report_rows):
            terminalreporter.write_line(line)
