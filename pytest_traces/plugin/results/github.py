"""GitHub Actions: a Markdown summary of the job, and annotations beside failed lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.plugin.terminal.report import TraceReport, reason_of

if TYPE_CHECKING:
    from pytest_traces.plugin.results.session import SessionResults

_SHOWN = 10  # annotations of one kind that GitHub shows for a step


class GithubSummary:
    """Registered where GitHub runs the tests; a suite without traces gets nothing."""

    def __init__(self, report: TraceReport, results: SessionResults | None, summary: str, workspace: str) -> None:
        self._report = report
        self._results = results
        self._summary = summary
        self._workspace = workspace
        self._failures: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Annotate the line where a test failed, unless another plugin does it."""
        if type(report) is pytest.TestReport and report.failed and hasattr(report, "trace"):
            path, line = _place(report)
            about = {"file": _below(self._workspace, path), "line": str(line), "title": report.nodeid}
            self._failures.setdefault(report.nodeid, annotation("error", reason_of(report), about))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """Write the summary of the job, and the annotations into the log, which GitHub reads."""
        if self._report.gathered is None:
            return
        annotated = config.pluginmanager.hasplugin("pytest_github_actions_annotate_failures")
        for line in (*([] if annotated else [*self._failures.values()][:_SHOWN]), *self._warnings()):
            terminalreporter.write_line(line)
        if self._summary:
            try:
                with Path(self._summary).open("a", encoding="utf-8") as summary:
                    summary.write("\n".join([*self._markdown(), "", ""]))
            except OSError as error:
                terminalreporter.write_line(f"pytest-traces: the job's summary was not written: {error}", yellow=True)

    def _markdown(self) -> Iterator[str]:
        from pytest_traces.report.layout.markdown import MarkdownPage
        from pytest_traces.report.terminal import draw_report

        assert self._report.gathered is not None, "unreachable because there are traces to tell of"
        yield "### Traces"
        yield ""
        yield from (line.text.strip() for line in draw_report(self._report.gathered, MarkdownPage(_SHOWN)))
        for output in [] if self._results is None else self._results.outputs:
            yield ""
            yield from output.markdown()

    def _warnings(self) -> Sequence[str]:
        assert self._report.gathered is not None, "unreachable because there are traces to tell of"
        reruns = [annotation("warning", "passed only on a rerun", {"title": nodeid}) for nodeid in self._reruns()]
        troubles = [annotation("warning", trouble, {"title": "traces"}) for trouble in self._report.gathered.troubles]
        return [*reruns[:_SHOWN], *troubles[:_SHOWN]]

    def _reruns(self) -> list[str]:
        return [] if self._report.gathered is None else self._report.gathered.passed_on_rerun


def annotation(level: str, message: str, about: dict[str, str]) -> str:
    """Return a command of GitHub's workflows; no message can begin another one."""
    told = ",".join(f"{name}={_data(value).replace(':', '%3A').replace(',', '%2C')}" for name, value in about.items())
    return f"::{level} {told}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _place(report: Any) -> tuple[str, int]:
    """Return the line where a test failed: the line that raised, else its first line."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return crash.path, crash.lineno
    path, line, _ = report.location
    return path, (line or 0) + 1


def _below(workspace: str, path: str) -> str:
    """Return a path relative to the checkout, as GitHub needs it."""
    whole = Path(path).absolute()
    return whole.relative_to(workspace).as_posix() if workspace and whole.is_relative_to(workspace) else path
