"""When snapshots are written: once a test has passed, its teardown included."""

from __future__ import annotations

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.session import SNAPSHOTS

_FAILED = pytest.StashKey[bool]()
_PASSED = pytest.StashKey[bool]()


def heard(report: pytest.TestReport, item: pytest.Item) -> None:
    """Take note of how a phase of a test, or a subtest, went; at its end, settle its snapshots.

    The ledger can't tell: it hears of a rerun's attempts when all of them are over.
    """
    snapshots = item.stash.get(SNAPSHOTS, None)
    if snapshots is None:
        return
    if report.failed:
        item.stash[_FAILED] = True
    if report.when == "call":
        item.stash[_PASSED] = report.passed
        if report.failed and snapshots.queue:
            report.sections.append(("Snapshots", _not_written(list(snapshots.queue))))
    if report.when == "teardown":
        passed, failed = item.stash.get(_PASSED, False), item.stash.get(_FAILED, False)
        item.stash[_PASSED] = item.stash[_FAILED] = False
        try:
            snapshots.finish(passed=passed and not failed)
        except TracesError as error:
            report.outcome, report.longrepr = "failed", f"snapshots were not written: {error}"


def _not_written(sections: list[str]) -> str:
    """Say why `--snapshot-update` left snapshots as they are."""
    return f"not written, because the test failed: {', '.join(sections)}"
