"""Gathers what the tests of all workers sent, and writes the page at the end of the session."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pytest_traces.page.entries import Outcome, PageData, TestEntry
from pytest_traces.plugin.trace_report import reason_of


class TracePage:
    """Registered by `--trace-html`, where the reports of all workers arrive."""

    def __init__(self, path: Path, title: str) -> None:
        self._path = path
        self._data = PageData(title=title)
        self._entries: dict[tuple[str, int], TestEntry] = {}
        self._attempts: dict[str, int] = {}
        self._told = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Take in one phase of a test; a subtest's report is passed over."""
        if type(report) is not pytest.TestReport:
            return
        entry = self._entry(report.nodeid)
        entry["outcome"] = _outcome(entry["outcome"], report)
        if hasattr(report, "trace"):
            entry["figures"] = report.trace
        if hasattr(report, "trace_page"):
            self._take(entry, report)
        if report.failed:
            entry["reason"] = entry["reason"] or reason_of(report)
        if entry["outcome"] == "rerun":
            self._attempts[report.nodeid] = entry["attempt"] + 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the page; what prevents it is told once and changes no exit status."""
        from pytest_traces.page.writing import write_page

        self._data.tests = [entry for _, entry in sorted(self._entries.items()) if _is_shown(entry)]
        self._data.about = f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}"
        try:
            write_page(self._path, self._data)
        except OSError as error:
            self._told = f"the trace page was not written: {error}"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell where the page is, or why it is not there."""
        if self._told:
            terminalreporter.write_line(f"pytest-traces: {self._told}", yellow=True)
        else:
            terminalreporter.write_sep("-", f"trace page: {self._path.as_uri()}")

    def _entry(self, nodeid: str) -> TestEntry:
        attempt = self._attempts.setdefault(nodeid, 1)
        new = TestEntry(
            nodeid=nodeid, attempt=attempt, outcome="passed", reason="", figures={}, recordings=[], failure=""
        )
        return self._entries.setdefault((nodeid, attempt), new)

    def _take(self, entry: TestEntry, report: Any) -> None:
        from pytest_traces.page.packing import key_of

        sent = report.trace_page
        entry["recordings"] = sent["recordings"]
        self._data.packed.update(sent["packed"])
        if "failure" in sent and not entry["failure"]:
            entry["failure"] = key_of(sent["failure"])
            self._data.packed[entry["failure"]] = sent["failure"]


def _outcome(before: Outcome, report: pytest.TestReport) -> Outcome:
    """Return the outcome of an attempt after one more of its phases."""
    if str(report.outcome) == "rerun":
        return "rerun"
    if hasattr(report, "wasxfail"):
        return "xpassed" if report.passed else "xfailed"
    if report.failed:
        return "failed" if report.when == "call" or before == "failed" else "error"
    return "skipped" if report.skipped else before


def _is_shown(entry: TestEntry) -> bool:
    """Whether there is something to look at: a trace, or a failure."""
    return bool(entry["recordings"] or entry["failure"])
