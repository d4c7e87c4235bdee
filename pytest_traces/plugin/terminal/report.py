"""The end of a session on the terminal: the report of `--trace-report`, or one line that points to it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.plugin.session.settings import Settings
from pytest_traces.redaction.masking import redact

if TYPE_CHECKING:
    from pytest_traces.report.session import SessionSummary

_FIGURES = frozenset({"trace", "trace_made", "trace_finished"})


class TraceReport:
    """Gathers the figures of all workers and writes the summary."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.gathered: SessionSummary | None = None
        """The figures so far; `None` if no test recorded a trace."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: Any) -> Generator[None, Any, Any]:
        """Add a test's figures after other plugins have read them, and pack them, because pytest keeps every report."""
        yield
        if _FIGURES & vars(report).keys():
            _pack(report)
            if type(report) is pytest.TestReport:
                self._add(report)
            elif report.failed:  # a subtest: unittest lets its test pass
                self._session.fail(report.nodeid, reason_of(report))

    def _add(self, report: pytest.TestReport) -> None:
        """Add the figures of a test; reports of subtests hold those of the test and are ignored."""
        rerun = str(report.outcome) == "rerun"
        if hasattr(report, "trace_made") and not rerun:
            self._session.add_made(report.nodeid, report.trace_made)
        if hasattr(report, "trace_finished"):
            self._session.add_outside(report.trace_finished)
        if hasattr(report, "trace"):
            self._session.add(report.nodeid, report.trace, rerun=rerun)
            if report.failed:
                self._session.fail(report.nodeid, reason_of(report))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the report, or one line, unless `-qq` asked for quiet."""
        if terminalreporter.verbosity >= -1:
            if self._settings.report:
                self._write(terminalreporter)
            elif self.gathered is not None and self._settings.summary_line != "never":
                self._write_line(terminalreporter, self.gathered)

    @property
    def _session(self) -> SessionSummary:
        if self.gathered is None:  # loaded with the first trace: a suite without traces does not need it
            from pytest_traces.report.session import SessionSummary

            self.gathered = SessionSummary(self._settings.slow_ms)
        return self.gathered

    def _write(self, terminal: Any) -> None:
        from pytest_traces.plugin.terminal.lines import write_lines
        from pytest_traces.report.terminal import report_lines

        lines = report_lines(self._session, rows=self._settings.report_rows, width=terminal._tw.fullwidth)
        write_lines(terminal, "trace report", lines)

    def _write_line(self, terminal: Any, session: SessionSummary) -> None:
        from pytest_traces.report.terminal import summary_line

        line = summary_line(session, always=self._settings.summary_line == "always")
        if line is not None:
            terminal.write_line(line)


def _pack(report: Any) -> None:
    """Replace the figures on a report by packed ones."""
    from pytest_traces.report.packed import PackedSummary

    if hasattr(report, "trace"):
        report.trace = PackedSummary(report.trace)
    if hasattr(report, "trace_made"):
        report.trace_made = [PackedSummary(made) for made in report.trace_made]
    if hasattr(report, "trace_finished"):
        report.trace_finished = [(owner, PackedSummary(one)) for owner, one in report.trace_finished]


def reason_of(report: pytest.TestReport) -> str:
    """Return the first line of a test's error."""
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(crash.message if crash is not None else report.longrepr).strip()
    return redact(message.partition("\n")[0].removeprefix("pytest_traces."))
