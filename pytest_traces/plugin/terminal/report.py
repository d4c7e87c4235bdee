"""What the terminal tells at the end of a session: the report of `--trace-report`, or one line where it would help."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.plugin.options.settings import Settings
from pytest_traces.plugin.terminal.lines import write_lines
from pytest_traces.redaction.masking import redact

if TYPE_CHECKING:
    from pytest_traces.report.session import SessionSummary

_FIGURES = frozenset({"trace", "trace_made", "trace_finished"})


class TraceReport:
    """Gathers the figures of all workers and writes the summary."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.gathered: SessionSummary | None = None
        """What was gathered so far; `None` if no test recorded a trace."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: Any) -> Generator[None, Any, Any]:
        """Take in a test's figures when other plugins have read them: pytest keeps every report, so they are packed."""
        yield
        if _FIGURES & vars(report).keys():
            _pack(report)
            if type(report) is pytest.TestReport:
                self._add(report)

    def _add(self, report: pytest.TestReport) -> None:
        """Add the figures of a test; a subtest's report carries those of its test, and is passed over."""
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
        if self.gathered is None:  # loaded when the first trace arrives: a suite without traces pays nothing
            from pytest_traces.report.session import SessionSummary

            self.gathered = SessionSummary(self._settings.slow_ms)
        return self.gathered

    def _write(self, terminal: Any) -> None:
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
    """Return the first line of what a test failed with."""
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(crash.message if crash is not None else report.longrepr).strip()
    return redact(message.partition("\n")[0].removeprefix("pytest_traces."))
