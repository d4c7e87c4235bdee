"""Begins a session that uses traces: its settings, its host, and what it tells at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_traces.plugin.in_use.hooks import SessionHooks
from pytest_traces.plugin.in_use.host import HOST, PytestHost
from pytest_traces.plugin.running import TEST, Running
from pytest_traces.plugin.session.settings import Settings, read_settings
from pytest_traces.plugin.session.trace_session import SESSION, TraceSession
from pytest_traces.plugin.terminal.report import TraceReport
from pytest_traces.plugin.terminal.sections import TraceSections, verbosity
from pytest_traces.trace.recordings.host import enter

if TYPE_CHECKING:
    from pytest_traces.ledger import Ledger
    from pytest_traces.plugin.session.imports import Imports


def begin_session(config: pytest.Config, imports: Imports, running: Running, ledger: Ledger) -> None:
    """Begin, and tell the host of tests that run already."""
    session = config.stash[SESSION] = TraceSession(config, read_settings(config), imports)
    imports.activation.switch_on_imported()
    host = config.stash[HOST] = PytestHost(session, running)
    for item in running.tests:
        host.begin(item)
        item.stash[TEST].has_failed = ledger.has_failed(item.nodeid)
        item.stash[TEST].attempt = getattr(item, "execution_count", 1)  # pytest-rerunfailures counts
    running.host = host
    config.add_cleanup(enter(host))
    if verbosity(config) > 1:
        from pytest_traces.drawing.text import show_values_whole

        config.add_cleanup(show_values_whole())
    _register_outputs(config, session.settings, ledger)


def _register_outputs(config: pytest.Config, settings: Settings, ledger: Ledger) -> None:
    config.pluginmanager.register(SessionHooks(config, ledger), "pytest-traces-session")
    if not hasattr(config, "workerinput"):
        report = TraceReport(settings)
        config.pluginmanager.register(report, "pytest-traces-report")
        config.pluginmanager.register(TraceSections(), "pytest-traces-sections")
        if settings.has_results or settings.run.keep != "off" or settings.on_github:
            from pytest_traces.plugin.results.outputs import register_results

            register_results(config, settings, report)
    if settings.stable > 1:
        from pytest_traces.plugin.item.stable import StableRecording

        config.pluginmanager.register(StableRecording(settings.stable), "pytest-traces-stable")
