"""Writes the traces of a test when it is torn down, in the process that ran it: a later crash loses none of them."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest

from pytest_traces.plugin.item.traced_test import TracedTest
from pytest_traces.redaction.masking import redact
from pytest_traces.report.kept.directory import file_of, keep_trace
from pytest_traces.report.kept.index import KeptTrace
from pytest_traces.runtime.harvest.tree import Harvest


def keep_traces(report: pytest.TestReport, test: TracedTest) -> None:
    """Write all recordings that a test made or used, and add their paths, or the error, to its last report."""
    outcome = "failed" if test.has_failed or report.failed else "passed"
    run = test.session.settings.run
    if run.keep == "off" or (run.keep == "on-failure" and outcome == "passed"):
        return
    kept: list[KeptTrace] = []
    try:
        for harvest, owner, suffix in _recordings(test):
            if harvest.tree.spans:
                file = file_of(owner, suffix)
                keep_trace(run.directory, file, harvest.tree, _resource(owner, test.attempt, outcome))
                kept.append(_row(test, outcome, owner, file))
    except OSError as error:
        report.trace_unwritten = str(error)  # type: ignore[attr-defined]
    if kept:
        report.trace_kept = kept  # type: ignore[attr-defined]
        report.user_properties.append(("trace.file", kept[0]["file"]))


def _recordings(test: TracedTest) -> Iterator[tuple[Harvest, str, str]]:
    """Yield each recording with the node id of its owner, and a suffix that is unique for that owner."""
    nodeid = test.item.nodeid
    attempt = f".attempt-{test.attempt}" if test.attempt > 1 else ""
    if test.harvest is not None:
        yield test.harvest, nodeid, attempt
    for number, harvest in enumerate(test.made, 1):
        yield harvest, nodeid, f"{attempt}.record-{number}"
    for harvest in test.used:
        if harvest not in test.made:
            yield harvest, harvest.recorder.owner, f".record-{_digest(harvest)}"


def _row(test: TracedTest, outcome: str, owner: str, file: str) -> KeptTrace:
    return {
        "nodeid": redact(test.item.nodeid),
        "attempt": test.attempt,
        "outcome": outcome,
        "recorded_by": redact(owner),
        "file": file,
    }


def _resource(owner: str, attempt: int, outcome: str) -> dict[str, str | int]:
    """Return the test as attributes of OpenTelemetry's conventions."""
    return {
        "service.name": "pytest",
        "test.case.name": owner,
        "test.case.result.status": "pass" if outcome == "passed" else "fail",
        "pytest_traces.attempt": attempt,
    }


def _digest(harvest: Harvest) -> str:
    """Return a digest for the recordings of one fixture: each worker of xdist makes one or several."""
    return sha256(",".join(span.call_id for span in harvest.tree.spans).encode()).hexdigest()[:8]
