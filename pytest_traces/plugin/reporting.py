"""What traces add to the reports of tests: a tree if the test failed, and its figures."""

from __future__ import annotations

import traceback
from types import TracebackType

import pytest

from pytest_traces.drawing.tree import detailed, draw_tree
from pytest_traces.plugin.session import RECORDER, SESSION
from pytest_traces.redaction import redact
from pytest_traces.report.summary import TestSummary, summarise
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.recording.recorder import Recorder

_ROWS = 200  # lines of the tree of a failed test
_TOLD = pytest.StashKey[Recorder]()


class Slips:
    """What goes wrong in our own part of a test's reports: it fails that test, never the session."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item
        self._errors: list[Exception] = []

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(error, Exception):
            self._errors.append(error)
        return isinstance(error, Exception)

    def settle(self, report: pytest.TestReport) -> None:
        """Turn a report red; one attempt of a test fails once, however many of its phases stumble over the same."""
        recorder = self._item.stash[RECORDER]
        if not self._errors or self._item.stash.get(_TOLD, None) is recorder:
            return
        self._item.stash[_TOLD] = recorder
        told = _slip(self._errors[0])
        if report.failed:
            report.sections.append(("Trace", told))
        else:
            report.outcome, report.longrepr = "failed", told


def _slip(error: Exception) -> str:
    """Say first what it means, then where it happened: only a defect of ours comes this far."""
    told = "".join(traceback.format_exception(error)).encode("utf-8", "backslashreplace").decode()
    return redact(
        f"pytest_traces.TracesError: the trace of this test can't be reported: {type(error).__name__}\n\n{told}\n"
        "hint: this is a defect of pytest-traces, please report it together with what the program recorded"
    )


def attach(report: pytest.TestReport, item: pytest.Item, recorder: Recorder) -> None:
    """Put a test's figures on its report as builtins; xdist and reportlog carry them. Draw it where it failed.

    The last report of a test counts: what its teardown did is part of it.
    """
    tree = harvest(recorder)
    report.trace = _figures(item, recorder)  # type: ignore[attr-defined]
    if report.failed and tree.spans:
        report.sections.append(("Trace", draw_tree(tree, detailed, limit=_ROWS)))


def note_properties(item: pytest.Item, recorder: Recorder) -> None:
    """Tell JUnit the figures; the list outlives a rerun, so own keys are replaced."""
    figures = _figures(item, recorder)
    ours = {f"trace.{name}": figures[name] for name in ("spans", "llm_calls", "tokens", "status")}
    if figures["unreported"]:
        ours["trace.tokens"] = f"≥ {figures['tokens']}"
    ours["trace.retries"] = len(figures["retries"])
    kept = [pair for pair in item.user_properties if pair[0] not in ours]
    item.user_properties[:] = [*kept, *ours.items()]


def fail_runaway(report: pytest.TestReport, recorder: Recorder) -> None:
    """Turn a test red whose program hit the cap, also when it swallowed the error."""
    if recorder.overflow is not None and report.passed:
        report.outcome = "failed"
        report.longrepr = f"pytest_traces.RunawayTrace: {recorder.overflow}"


def _figures(item: pytest.Item, recorder: Recorder) -> TestSummary:
    settings = item.config.stash[SESSION].settings
    activation = item.config.stash[SESSION].activation
    return summarise(
        harvest(recorder),
        slow_ms=settings.slow_ms,
        retry_rule=settings.retry_rule,
        troubles=[*activation.troubles, *recorder.troubles],
        asserted=recorder.looked_at,
        priced=settings.report,
    )
