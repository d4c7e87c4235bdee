"""The outputs that the options of a session ask for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.session.settings import Settings

if TYPE_CHECKING:
    from pytest_traces.plugin.results.comparison import ComparedRun
    from pytest_traces.plugin.results.session import SessionResults
    from pytest_traces.plugin.terminal.report import TraceReport


def register_results(config: pytest.Config, settings: Settings, report: TraceReport) -> None:
    """Register the outputs of a session: those of its options, and the summary of a job."""
    if config.option.collectonly:  # no test runs: an empty result would replace a saved run
        return
    results = _results(config, settings) if settings.has_results else None
    if results is not None:
        config.pluginmanager.register(results, "pytest-traces-results")
    if settings.run.keep != "off":
        from pytest_traces.plugin.results.kept.index import KeptTraces

        kept = KeptTraces(settings.run.directory, settings.run.shown_directory)
        config.pluginmanager.register(kept, "pytest-traces-kept")
    if settings.on_github:
        from pytest_traces.plugin.results.github import GithubSummary

        summary, workspace = (os.environ.get(f"GITHUB_{name}", "") for name in ("STEP_SUMMARY", "WORKSPACE"))
        config.pluginmanager.register(GithubSummary(report, results, summary, workspace), "pytest-traces-github")


def _results(config: pytest.Config, settings: Settings) -> SessionResults:
    from pytest_traces.plugin.results.session import Output, SessionResults

    outputs: list[Output] = []
    if settings.run.save:
        from pytest_traces.plugin.results.saved_file import SavedFile

        outputs.append(SavedFile(settings.run.save))
    if settings.run.compare:
        outputs.append(_compared(settings.run.compare, settings))
    if settings.run.coverage:
        from pytest_traces.plugin.results.coverage import CoveredRun

        outputs.append(CoveredRun(settings.run.coverage_fail))
    if settings.html:
        from pytest_traces.plugin.page.output import TracePage

        outputs.append(TracePage(settings.html, config.rootpath.name))
    return SessionResults(settings, outputs)


def _compared(path: Path, settings: Settings) -> ComparedRun:
    """Read the baseline at the start: an error must come before the run costs money."""
    from pytest_traces.plugin.results.comparison import ComparedRun
    from pytest_traces.report.saved.sides import load_runs

    try:
        return ComparedRun(path.name, load_runs(path), settings.run.compare_fail, settings.report_rows)
    except TracesError as error:
        raise pytest.UsageError(f"--trace-compare: {error}") from None
