"""Writes snapshots when a test has passed, its teardown included."""

from __future__ import annotations

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.item.frames import raised_at
from pytest_traces.plugin.item.traced_test import TracedTest


def fail_missing(test: TracedTest | None) -> None:
    """Fail a phase if snapshots are missing, at the line of the first one."""
    __tracebackhide__ = True
    missing = None if test is None or test.snapshots is None else test.snapshots.take_missing()
    if missing is not None:
        call, error = missing
        raise raised_at(call, error)


def note_phase(report: pytest.TestReport, test: TracedTest) -> None:
    """Keep the outcome of a phase or a subtest; after the last phase, write the snapshots or keep them pending.

    The ledger is too late for this: pytest reports a rerun test when all attempts are over.
    """
    snapshots = test.snapshots
    if report.failed:
        test.has_failed = True
    if report.when == "call":
        test.has_passed = report.passed
        if report.failed and snapshots is not None and snapshots.queue:
            report.sections.append(("Snapshots", _not_written(list(snapshots.queue))))
    if snapshots is not None and snapshots.missing:
        told = ", ".join(one.asked.words for one in snapshots.missing)
        report.sections.append(("Snapshots", f"missing: {told}"))
        snapshots.missing = []
    if report.when == "teardown" and snapshots is not None:
        try:
            snapshots.finish(passed=test.has_passed and not test.has_failed)
        except TracesError as error:
            report.outcome, report.longrepr = "failed", f"snapshots were not written: {error}"


def _not_written(sections: list[str]) -> str:
    """Return why `--snapshot-update` did not write snapshots."""
    return f"not written, because the test failed: {', '.join(sections)}"
