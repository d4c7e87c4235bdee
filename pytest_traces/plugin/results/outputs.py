"""Which results the options of a session ask for."""

from __future__ import annotations

import pytest

from pytest_traces.plugin.options.settings import Settings


def register_results(config: pytest.Config, settings: Settings) -> None:
    """Register what makes the results of a session, if any are asked for."""
    from pytest_traces.plugin.results.session import Output, SessionResults

    here = config.invocation_params.dir
    outputs: list[Output] = []
    if settings.run.save:
        from pytest_traces.plugin.results.saving import SavedFile

        outputs.append(SavedFile(here / settings.run.save))
    if settings.html:
        from pytest_traces.plugin.page.output import TracePage

        outputs.append(TracePage(here / settings.html, config.rootpath.name))
    config.pluginmanager.register(SessionResults(settings, outputs), "pytest-traces-results")
