"""Which tests were collected and which passed: only a test that passed may lose a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from os.path import relpath
from typing import Any

LEDGER = "pytest-traces-ledger"
"""The name under which pytest's plugin manager knows the ledger of a session."""


class Ledger:
    """Filled by the plugin, read by the syrupy extension; it imports neither, so items of pytest are `Any`."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.finishing = False
        """Set when the session ends: only then may a snapshot be reported as unused."""
        self.cut_short = False
        """Set if the session is incomplete: a broken module, a dead worker."""
        self.owners: dict[str, set[tuple[str, str]]] | None = None
        """The location and node id of the tests that may own a file, by its location in whatever case."""
        self.skipped: list[str] = []
        """Node ids of modules and directories that were skipped as a whole: their tests are unknown."""
        self.kept: list[str] = []
        """Files whose tests, or parameters, were not collected though their module was."""
        self._passed: set[str] = set()
        self._failed: set[str] = set()

    def pytest_itemcollected(self, item: Any) -> None:
        """Note a test that may own snapshots; this is before deselection."""
        self.items.append(item)

    def pytest_collectreport(self, report: Any) -> None:
        """Note a module that could not be collected, or was not (`pytest.importorskip`)."""
        self.cut_short = self.cut_short or report.failed
        if report.skipped:
            self.skipped.append(report.nodeid)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Record the outcome of a phase of a test; a failed subtest has the id of its test."""
        if report.failed:
            self._failed.add(report.nodeid)
        elif report.passed and report.when == "call":
            self._passed.add(report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: Any, config: Any) -> None:
        """Print the files that an update kept because other machines may run their tests."""
        if not self.kept or not config.getoption("update_snapshots", False):
            return
        terminalreporter.write_line(
            "kept, because their tests may run on other machines; delete what is gone for good:"
        )
        for location in sorted(set(self.kept)):
            terminalreporter.write_line(f"  {relpath(location, config.invocation_params.dir)}")

    def passed_all(self, nodeids: Iterable[str]) -> bool:
        """Whether all these tests passed; deselected tests and tests that did not run have not."""
        return (self._passed - self._failed).issuperset(nodeids)

    def owning(self) -> list[Any]:
        """Return the collected tests and doctests that can have a snapshot, deselected ones included."""
        return [item for item in self.items if hasattr(item, "function") or hasattr(item, "dtest")]
