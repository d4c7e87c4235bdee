"""Gathers the data of each attempt of a test from the reports of all workers."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_traces.plugin.terminal.report import reason_of
from pytest_traces.redaction.masking import redact
from pytest_traces.report.saved.run import SavedTest
from pytest_traces.report.summary import TestSummary


class Gathering:
    """The tests of a session so far."""

    def __init__(self) -> None:
        self._tests: dict[tuple[str, int], SavedTest] = {}
        self._attempts: dict[str, int] = {}
        self._running: set[tuple[str, int]] = set()
        self.outside: list[tuple[str, TestSummary]] = []
        """Recordings of wider fixtures, each with its owner."""

    @property
    def tests(self) -> list[SavedTest]:
        """Each attempt of each test, in the order of node ids.

        An attempt that the session interrupted did not pass. Node ids that redaction made equal are numbered.
        """
        alike: dict[str, list[str]] = {}
        rows = []
        for (nodeid, attempt), test in sorted(self._tests.items()):
            same = alike.setdefault(test["nodeid"], [])
            if nodeid not in same:
                same.append(nodeid)
            number = same.index(nodeid) + 1
            row: SavedTest = {**test, "nodeid": test["nodeid"] if number == 1 else f"{test['nodeid']} ({number})"}
            rows.append(_interrupted(row) if (nodeid, attempt) in self._running else row)
        return rows

    def add(self, report: Any) -> None:
        """Add one phase of a test; of its subtests only a failure counts."""
        is_subtest = type(report) is not pytest.TestReport
        if is_subtest and not report.failed:
            return
        test = self._test(report)
        test["outcome"] = "failed" if is_subtest else _outcome(test["outcome"], report)
        test["figures"] = getattr(report, "trace", test["figures"])
        test["made"] = getattr(report, "trace_made", test["made"])
        self.outside.extend((redact(owner), figures) for owner, figures in getattr(report, "trace_finished", ()))
        if hasattr(report, "trace_page"):
            _take_packed(test, report.trace_page)
        if report.failed:
            test["reason"] = test["reason"] or reason_of(report)
        if test["outcome"] == "rerun":
            self._attempts[report.nodeid] = test["attempt"] + 1

    def _test(self, report: pytest.TestReport) -> SavedTest:
        """Return the row of an attempt."""
        attempt = self._attempts.setdefault(report.nodeid, 1)
        key = (report.nodeid, attempt)
        (self._running.add if report.when == "setup" and report.passed else self._running.discard)(key)
        new: SavedTest = {
            "nodeid": redact(report.nodeid),
            "attempt": attempt,
            "outcome": "passed",
            "reason": "",
            "figures": {},
            "made": [],
            "recordings": [],
            "failure": "",
            "packed": {},
        }
        return self._tests.setdefault(key, new)


def _interrupted(test: SavedTest) -> SavedTest:
    return {**test, "outcome": "error", "reason": "interrupted"}


def _take_packed(test: SavedTest, sent: dict[str, Any]) -> None:
    from pytest_traces.page.packing import key_of

    test["recordings"] = sent["recordings"]
    test["packed"] = {**test["packed"], **sent["packed"]}
    if "failure" in sent and not test["failure"]:
        test["failure"] = key_of(sent["failure"])
        test["packed"] = {**test["packed"], test["failure"]: sent["failure"]}


def _outcome(before: str, report: pytest.TestReport) -> str:
    """Return the outcome of an attempt after one more of its phases."""
    if str(report.outcome) == "rerun":
        return "rerun"
    if hasattr(report, "wasxfail"):
        return "xpassed" if report.passed else "xfailed"
    if report.failed:
        return "failed" if report.when == "call" or before == "failed" else "error"
    return "skipped" if report.skipped else before
