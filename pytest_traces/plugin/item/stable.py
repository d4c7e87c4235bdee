"""`--trace-stable N`: records a test several times, writes equal snapshots, reports the others."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from pytest_traces.errors import TracesError
from pytest_traces.plugin.item.traced_test import REHEARSED
from pytest_traces.plugin.running import TEST
from pytest_traces.redaction.masking import redact
from pytest_traces.snapshots.comparing.variations import Variation, variations
from pytest_traces.snapshots.storing.comparison import Asked
from pytest_traces.snapshots.storing.store import TestSnapshots

Reports = list[pytest.TestReport]


_ONE_SEED = (
    "all runs of a test have the same hash seed, so the order of sets in texts was not varied: "
    "compare once more with another PYTHONHASHSEED"
)


class StableRecording:
    """Runs each test that writes a snapshot several times before anything is written."""

    def __init__(self, runs: int) -> None:
        self._runs = runs
        self._settled_by: dict[str, list[str]] = {}
        """The `ignore` paths of each test that varied."""
        self._has_rehearsed = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> object:
        """Run every test function; one without snapshots runs once. A doctest can't run again."""
        if not isinstance(item, pytest.Function):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._record(item, nextitem):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Collect variations from all workers."""
        self._has_rehearsed = self._has_rehearsed or hasattr(report, "trace_rehearsed")
        if hasattr(report, "trace_varied"):
            self._settled_by[report.nodeid] = report.trace_varied

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the limits of this check, and the `ignore` paths to paste."""
        if self._has_rehearsed and terminalreporter.verbosity > -2:
            terminalreporter.write_line(f"traces: {_ONE_SEED}")
        if not self._settled_by or terminalreporter.verbosity < -1:
            return
        terminalreporter.write_sep("=", "snapshots that varied")
        for nodeid, lines in sorted(self._settled_by.items()):
            terminalreporter.write_line(nodeid)
            for line in lines:
                terminalreporter.write_line(f"  {line}")

    def _record(self, item: pytest.Item, nextitem: pytest.Item | None) -> Reports:
        """Run a test until it fails, has no snapshot, or reaches the number of runs."""
        item.stash[REHEARSED] = True
        texts: dict[str, list[Asked]] = defaultdict(list)
        reports: Reports = []
        for run in range(1, self._runs + 1):
            reports = _run_once(item)
            snapshots = item.stash[TEST].snapshots
            if snapshots is None or not snapshots.asked or not _passed(reports):
                _note(reports, run, self._runs)
                break
            for asked in snapshots.asked:
                texts[asked.section].append(asked)
        else:
            _settle(reports, item.stash[TEST].opened_snapshots(), texts, self._runs)
        return _torn_down(item, nextitem, reports)


def _run_once(item: Any) -> Reports:
    item._initrequest()
    # With the parent as next item, the test's own fixtures are torn down and wider ones stay.
    return runtestprotocol(item, log=False, nextitem=item.parent)


def _torn_down(item: Any, nextitem: pytest.Item | None, reports: Reports) -> Reports:
    """Tear down fixtures that the next test does not need."""
    call = pytest.CallInfo.from_call(lambda: item.session._setupstate.teardown_exact(nextitem), "teardown")
    if call.excinfo is None or reports[-1].failed:
        return reports
    return [*reports[:-1], item.ihook.pytest_runtest_makereport(item=item, call=call)]


def _passed(reports: Reports) -> bool:
    return len(reports) == 3 and all(report.passed for report in reports)


def _note(reports: Reports, run: int, runs: int) -> None:
    """Add the number of the failed run to a report."""
    for report in reports:
        if report.failed and run > 1:
            report.sections.append(("Snapshots", f"not written, because the test failed in run {run} of {runs}"))


def _settle(reports: Reports, snapshots: TestSnapshots, texts: dict[str, list[Asked]], runs: int) -> None:
    """Write the sections that are equal in all runs; fail the test if one is not."""
    reports[1].trace_rehearsed = True  # type: ignore[attr-defined]
    varied = {name: _varied(asked, runs) for name, asked in texts.items()}
    try:
        snapshots.write({name: asked for name, asked in snapshots.queue.items() if not varied[name]})
    except TracesError as error:
        reports[1].outcome, reports[1].longrepr = "failed", f"snapshots were not written: {error}"
        return
    lines = [line for name, found in varied.items() if found for line in _lines(name, found)]
    if lines:
        report = reports[1]
        report.outcome = "failed"
        unstable = sum(1 for found in varied.values() if found)
        headline = f"{unstable} of {len(varied)} snapshots varied in {runs} runs; what varied was not written"
        report.longrepr = "\n".join([headline, "", *lines])
        report.trace_varied = lines  # type: ignore[attr-defined]


def _varied(asked: list[Asked], runs: int) -> list[Variation]:
    if len(asked) < runs:
        return [Variation(f"taken in {len(asked)} of {runs} runs only")]
    return variations(asked[0].kind, [one.received.text for one in asked])


def _lines(name: str, found: list[Variation]) -> list[str]:
    lines = [name, *(f"  {redact(one.told)}" for one in found)]
    masks = [f"{one.ignore!r}: {one.mask}" for one in found if one.ignore and one.mask]
    paths = [one.ignore for one in found if one.ignore and not one.mask]
    options = [f"replace={{{', '.join(masks)}}}"] * bool(masks) + [f"ignore={paths!r}"] * bool(paths)
    if options:
        lines.append(f"  settle it with {', '.join(options)}")
    if len(masks) + len(paths) < len(found):
        lines.append("  no `ignore` settles what the program did differently")
    return lines
