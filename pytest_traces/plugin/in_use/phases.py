"""What each phase of a test does about its trace, once the session uses traces."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_traces.acting.holding import note_faults
from pytest_traces.plugin.first_use import is_limited, is_traced
from pytest_traces.plugin.in_use.host import HOST
from pytest_traces.plugin.item.limits import check_limits, hold_teardown
from pytest_traces.plugin.item.snapshot_writing import fail_missing, note_phase
from pytest_traces.plugin.item.strays import warn_of_strays
from pytest_traces.plugin.item.traced_test import TracedTest


def begin_setup(test: TracedTest) -> None:
    """Record a test from its first fixture on, even if `trace` is the last one.

    Tests without the fixture are recorded too: all tests if an option of the run needs them, else those with limits.
    """
    if is_traced(test.item) or test.session.settings.records_every_test:
        test.whole.enter_context(test.recording())


def end_setup(test: TracedTest) -> None:
    """Fail if a fixture compared with a snapshot that is missing."""
    __tracebackhide__ = True
    fail_missing(test)


def fail_call(test: TracedTest, error: Exception) -> None:
    """Note the failures of acts on the error of a test."""
    note_faults(error, test.faults_of_acts)


def end_call(test: TracedTest) -> None:
    """Check acts and limits of a test that passed, and the hooks of frameworks that it imported."""
    __tracebackhide__ = True
    for fault in test.faults_of_acts():
        raise fault
    if test.harvest is not None or is_limited(test.item):
        if test.harvest is not None and is_traced(test.item):
            test.harvest.recorder.take_arrivals()
            test.harvest.recorder.gaps.require_hooks()
        check_limits(test)
        warn_of_strays(test)
    fail_missing(test)


def end_teardown(test: TracedTest) -> None:
    """Check acts and limits again: the teardown belongs to the test."""
    __tracebackhide__ = True
    if test.harvest is not None and test.has_passed:
        hold_teardown(test)
    fail_missing(test)


def make_report(test: TracedTest, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add figures to the reports of a test, and trees to those of a failed test: a hook wrapper."""
    if test.is_traced or test.item.config.stash[HOST].has_finished:
        from pytest_traces.plugin.in_use.reporting import report_phase

        return (yield from report_phase(test, call))
    report = yield
    note_phase(report, test)
    return report
