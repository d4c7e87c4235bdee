"""Which tests were collected and which passed: only a test that passed may lose a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

LEDGER = "pytest-traces-ledger"
"""The name under which pytest's plugin manager knows the ledger of a session."""


class Ledger:
    """Filled by hooks of pytest, read by the syrupy extension; items of pytest are `Any`: it imports neither."""

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

    def has_failed(self, nodeid: str) -> bool:
        """Whether a phase of a test, or a subtest, failed so far."""
        return nodeid in self._failed

    def passed_all(self, nodeids: Iterable[str]) -> bool:
        """Whether all these tests passed; deselected tests and tests that did not run have not."""
        return (self._passed - self._failed).issuperset(nodeids)

    def owning(self) -> list[Any]:
        """Return the collected tests and doctests that can have a snapshot, deselected ones included."""
        return [item for item in self.items if hasattr(item, "function") or hasattr(item, "dtest")]
