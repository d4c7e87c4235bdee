"""Passes the results of a session to its outputs: page, saved file, comparison, coverage."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from importlib.metadata import version
from typing import Any, Protocol

import pytest

from pytest_traces.plugin.results.attempts import Gathering
from pytest_traces.plugin.results.part import part_of
from pytest_traces.plugin.session.settings import Settings
from pytest_traces.report.saved.commit import commit_of, now
from pytest_traces.report.saved.run import About, SavedRun


class Output(Protocol):
    """One output of a session's results."""

    def finish(self, run: SavedRun, session: pytest.Session) -> None:
        """Make the output; an error is kept for `tell`, and changes no exit status."""

    def tell(self, terminal: Any) -> None:
        """Print the output at the end of the session, or why there is none."""

    def markdown(self) -> Iterable[str]:
        """Return the same for the summary of a job; nothing if the terminal is enough."""


class SessionResults:
    """Registered where the reports of all workers arrive, if an option asks for results."""

    def __init__(self, settings: Settings, outputs: Sequence[Output]) -> None:
        self._settings = settings
        self.outputs = outputs
        self._gathering = Gathering()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logreport(self, report: Any) -> Generator[None, Any, Any]:
        """Add one phase of a test, after `TraceReport` has packed its figures."""
        yield
        self._gathering.add(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Make every output."""
        run = SavedRun(self._about(session), self._gathering.tests, self._gathering.outside)
        for output in self.outputs:
            output.finish(run, session)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print every output."""
        for output in self.outputs:
            output.tell(terminalreporter)

    def _about(self, session: pytest.Session) -> About:
        commit, time = commit_of(session.config.rootpath)
        return {
            "pytest_traces": version("pytest-traces"),
            "commit": commit,
            "time": time or now(),
            "slow_ms": self._settings.slow_ms,
            "part": part_of(session),
        }
