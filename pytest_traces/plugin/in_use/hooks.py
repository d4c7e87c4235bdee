"""Hooks of a session that uses traces, beside those of its tests."""

from __future__ import annotations

from os.path import relpath
from typing import Any

import pytest

from pytest_traces.ledger import Ledger


class SessionHooks:
    """Registered on the first use of traces."""

    def __init__(self, config: pytest.Config, ledger: Ledger) -> None:
        self._config = config
        self._ledger = ledger
        self._has_looked = False

    def pytest_runtest_logstart(self) -> None:
        """Show live progress on an interactive terminal from the next test on: now, its output is not captured."""
        if not self._has_looked and self._config.get_verbosity() > 0:
            from pytest_traces.plugin.terminal.live import LiveProgress, is_wanted

            if is_wanted(self._config):
                self._config.pluginmanager.register(LiveProgress(self._config), "pytest-traces-progress")
        self._has_looked = True

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> list[str] | None:
        """Explain a plain `assert` on a selection."""
        from pytest_traces.trace.comparing import explain_comparison

        return explain_comparison(op, left, right)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take over the kept snapshots of an xdist worker; after a crash it is unknown which snapshots it used."""
        self._ledger.kept.extend(getattr(node, "workeroutput", {}).get("trace_kept", ()))
        if error:
            self._ledger.cut_short = True

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """Print the files that an update kept because other machines may run their tests."""
        if not self._ledger.kept or not config.getoption("update_snapshots", False):
            return
        terminalreporter.write_line(
            "kept, because their tests may run on other machines; delete what is gone for good:"
        )
        for location in sorted(set(self._ledger.kept)):
            terminalreporter.write_line(f"  {relpath(location, config.invocation_params.dir)}")
