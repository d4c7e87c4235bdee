"""When snapshots are written: once a test has passed, its teardown included."""

from __future__ import annotations

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.item.traced_test import TracedTest


def note_phase(report: pytest.TestReport, test: TracedTest) -> None:
    """Note how a phase of a test, or a subtest, went; after the last one, write its snapshots or keep them pending.

    The ledger comes too late: pytest reports the attempts of a test that is run again when all of them are over.
    """
    snapshots = test.snapshots
    if report.failed:
        test.has_failed = True
    if report.when == "call":
        test.has_passed = report.passed
        if report.failed and snapshots is not None and snapshots.queue:
            report.sections.append(("Snapshots", _not_written(list(snapshots.queue))))
    if report.when == "teardown" and snapshots is not None:
        try:
            snapshots.finish(passed=test.has_passed and not test.has_failed)
        except TracesError as error:
            report.outcome, report.longrepr = "failed", f"snapshots were not written: {error}"


def _not_written(sections: list[str]) -> str:
    """Say why `--snapshot-update` left snapshots as they are."""
    return f"not written, because the test failed: {', '.join(sections)}"
