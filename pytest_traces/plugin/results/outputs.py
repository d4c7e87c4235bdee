"""Which results the options of a session ask for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.options.settings import Settings

if TYPE_CHECKING:
    from pytest_traces.plugin.results.comparing import ComparedRun


def register_results(config: pytest.Config, settings: Settings) -> None:
    """Register what makes the results of a session, if any are asked for."""
    from pytest_traces.plugin.results.session import Output, SessionResults

    here = config.invocation_params.dir
    outputs: list[Output] = []
    if settings.run.save:
        from pytest_traces.plugin.results.saving import SavedFile

        outputs.append(SavedFile(here / settings.run.save))
    if settings.run.compare:
        outputs.append(_compared(here / settings.run.compare, settings))
    if settings.run.coverage:
        from pytest_traces.plugin.results.covering import CoveredRun

        outputs.append(CoveredRun(settings.run.coverage_fail))
    if settings.html:
        from pytest_traces.plugin.page.output import TracePage

        outputs.append(TracePage(here / Path(settings.html).expanduser(), config.rootpath.name))
    config.pluginmanager.register(SessionResults(settings, outputs), "pytest-traces-results")


def _compared(path: Path, settings: Settings) -> ComparedRun:
    """Read the baseline at the start: a run that cannot be compared must not be paid for."""
    from pytest_traces.plugin.results.comparing import ComparedRun
    from pytest_traces.report.saved.sides import load_runs

    try:
        return ComparedRun(path.name, load_runs(path), settings.run.compare_fail, settings.report_rows)
    except TracesError as error:
        raise pytest.UsageError(f"--trace-compare: {error}") from None
