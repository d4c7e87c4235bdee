"""Adds to the reports of tests: their figures, and trees of failed tests."""

from __future__ import annotations

import traceback
from collections.abc import Generator
from types import TracebackType

import pytest

from pytest_traces.plugin.in_use.host import HOST
from pytest_traces.plugin.item.attachments import attach_to_other_reports
from pytest_traces.plugin.item.figures import Figures
from pytest_traces.plugin.item.snapshot_writing import note_phase
from pytest_traces.plugin.item.trace_section import draw_section, needs_section
from pytest_traces.plugin.item.traced_test import TracedTest
from pytest_traces.redaction.masking import redact
from pytest_traces.report.summary import TestSummary
from pytest_traces.runtime.harvest.tree import Harvest

Reporting = Generator[None, pytest.TestReport, pytest.TestReport]
"""A wrapper of the hook that makes reports."""


def report_phase(
    test: TracedTest, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make the report of one phase of a traced test: a hook wrapper."""
    errors = ReportingErrors(test)
    if call.when == "teardown":  # junitxml reads this report
        with errors:
            note_properties(test)
    report = yield
    with errors:
        if call.when == "call":
            fail_runaway(report, test)
        if call.when != "setup" or report.failed:
            attach(report, test, None if call.excinfo is None else call.excinfo.value)
            if test.session.settings.sends_traces:
                from pytest_traces.plugin.page.sending import attach_page

                attach_page(report, test, None if call.excinfo is None else call.excinfo.value)
        if call.when != "call":  # the report of a subtest has that phase too, and is not counted
            attach_finished(report, test.item)
    errors.fail(report)  # before anything is written for a test that passed
    with errors:
        note_phase(report, test)
    errors.fail(report)
    if call.when == "teardown":
        with errors:
            attach_to_other_reports(report, test)
            _keep(report, test)
        with errors:
            test.release()
        errors.fail(report)
    return report


class ReportingErrors:
    """Collects errors in our own part of a test's reports: they fail that test, never the session."""

    def __init__(self, test: TracedTest) -> None:
        self._test = test
        self._errors: list[Exception] = []

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self._errors.append(error)
        return isinstance(error, Exception)

    def fail(self, report: pytest.TestReport) -> None:
        """Make a report fail; an attempt of a test fails once, even if several phases have the same error."""
        if not self._errors or self._test.has_told:
            return
        self._test.has_told = True
        told = _defect(self._errors[0])
        if report.failed:
            report.sections.append(("Trace", told))
        else:
            report.outcome, report.longrepr = "failed", told


def _defect(error: Exception) -> str:
    """Return the message about a defect of ours: first its meaning, then the traceback."""
    told = "".join(traceback.format_exception(error)).encode("utf-8", "backslashreplace").decode()
    return redact(
        f"pytest_traces.TracesError: the trace of this test can't be reported: {type(error).__name__}\n\n{told}\n"
        "hint: this is a defect of pytest-traces, please report it together with what the program recorded"
    )


def _keep(report: pytest.TestReport, test: TracedTest) -> None:
    if test.session.settings.run.keep != "off":
        from pytest_traces.plugin.results.kept.files import keep_traces

        keep_traces(report, test)


def attach(report: pytest.TestReport, test: TracedTest, failure: BaseException | None) -> None:
    """Add a test's figures to its report as builtins, for xdist and reportlog. Draw the traces of a failed test.

    The last report of a test counts: it includes the teardown.
    """
    if test.harvest is not None:
        report.trace = _figures(test, test.harvest)  # type: ignore[attr-defined]
    if test.made:
        report.trace_made = [_figures(test, made) for made in test.made]  # type: ignore[attr-defined]
    if report.failed:
        for title, harvest in test.recordings():
            if needs_section(harvest.tree, failure, test.item.config):
                report.sections.append((title, draw_section(harvest.tree, test.item.config)))


def attach_finished(report: pytest.TestReport, item: pytest.Item) -> None:
    """Add the figures of finished recordings of wider fixtures to the next report of any test."""
    finished = [
        (harvest.recorder.owner, Figures(item).of(harvest)) for harvest in item.config.stash[HOST].take_finished()
    ]
    if finished:
        report.trace_finished = finished  # type: ignore[attr-defined]


def note_properties(test: TracedTest) -> None:
    """Add the figures for JUnit; the list of properties outlives a rerun, so our keys are replaced."""
    if test.harvest is None:
        return
    figures = _figures(test, test.harvest)
    ours = {f"trace.{name}": figures[name] for name in ("spans", "llm_calls", "tokens", "status")}
    if figures["unreported"]:
        ours["trace.tokens"] = f"≥ {figures['tokens']}"
    if figures["llm_calls"] and not figures["unpriced"]:
        ours["trace.cost_usd"] = figures["cost_usd"]
    ours["trace.retries"] = len(figures["retries"])
    kept = [pair for pair in test.item.user_properties if pair[0] not in ours]
    test.item.user_properties[:] = [*kept, *ours.items()]


def fail_runaway(report: pytest.TestReport, test: TracedTest) -> None:
    """Fail a test whose program hit the cap, even if the program caught the error."""
    overflow = None if test.harvest is None else test.harvest.recorder.overflow
    if overflow is not None and report.passed:
        report.outcome = "failed"
        report.longrepr = f"pytest_traces.RunawayTrace: {overflow}"


def _figures(test: TracedTest, harvest: Harvest) -> TestSummary:
    if test.figures is None:
        test.figures = Figures(test.item)
    return test.figures.of(harvest)
