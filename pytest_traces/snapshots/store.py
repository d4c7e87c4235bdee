"""The snapshots of one test: compared through syrupy, explained by ourselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_traces.errors import CorruptFile, SnapshotMismatch, SnapshotMissing, TracesError
from pytest_traces.snapshots.explain import explain
from pytest_traces.snapshots.file import load
from pytest_traces.snapshots.pending import PendingStore


@dataclass(frozen=True)
class SnapshotPolicy:
    """How a session treats snapshots."""

    update: bool
    """`--snapshot-update` was given."""
    pending: PendingStore | None
    """Keeps mismatches for later; `None` in CI, where nothing is written."""


class TestSnapshots:
    """Compares texts with the committed sections of one test."""

    __test__ = False

    def __init__(self, nodeid: str, fixture: Callable[[], Any], policy: SnapshotPolicy) -> None:
        self._nodeid = nodeid
        self._fixture = fixture
        self._policy = policy
        self._assertion: Any = None
        self._used: set[str] = set()

    def check(self, kind: str, received: str, name: str | None = None) -> None:
        """Compare a text with its section; raise `SnapshotMismatch` or `SnapshotMissing`."""
        __tracebackhide__ = True
        index = self._section(kind, name)
        assertion = self._open()
        path, section = self._locate(assertion, index)
        self._require_readable(path)
        if assertion(name=index) == received:
            if self._policy.pending is not None:
                self._policy.pending.settle(path, section)
            return
        result = assertion.executions[assertion.num_executions - 1]
        if result.exception is not None:
            raise result.exception
        hint = self._keep(path, section, received)
        what = f"{kind.replace('_', ' ')} of {self._nodeid}"
        if result.recalled_data is None:
            raise SnapshotMissing(f"{what} has no snapshot in {path.name}; received:", tree=received, hint=hint)
        headline, body = explain(kind, result.recalled_data, received)
        raise SnapshotMismatch(f"{what} differs from its snapshot: {headline}", tree=body, hint=hint)

    def _section(self, kind: str, name: str | None) -> str:
        if name is not None:
            index = f"{kind}:{name}"
            if index in self._used or "\n" in name or not name:
                raise TracesError(f"the name of a snapshot must be new in its test and one line, got {name!r}")
        else:
            index, number = kind, 2
            while index in self._used:
                index, number = f"{kind}.{number}", number + 1
        self._used.add(index)
        return index

    def _open(self) -> Any:
        if self._assertion is None:
            from pytest_traces.snapshots.extension import TraceExtension

            self._assertion = self._fixture().use_extension(TraceExtension)
        return self._assertion

    def _locate(self, assertion: Any, index: str) -> tuple[Path, str]:
        where = {"test_location": assertion.test_location, "index": index}
        return Path(assertion.extension.get_location(**where)), assertion.extension.get_snapshot_name(**where)

    def _require_readable(self, path: Path) -> None:
        """Refuse a corrupt file before syrupy sees it; only `--snapshot-update` may replace it."""
        try:
            load(path)
        except CorruptFile:
            if not self._policy.update:
                raise
            path.unlink()

    def _keep(self, path: Path, section: str, received: str) -> str:
        if self._policy.pending is None:
            return "run the test outside CI with --snapshot-update and commit the snapshot"
        self._policy.pending.keep(self._nodeid, path, section, received)
        return "accept it with `pytest-traces accept`, or record it again with `pytest --snapshot-update`"
