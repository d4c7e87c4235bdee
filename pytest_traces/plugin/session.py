"""What lives as long as a pytest session: adapters, the ledger of snapshots, the figures of the report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.adapters.activation import Activation
from pytest_traces.adapters.importing import PostImport
from pytest_traces.errors import TracesError
from pytest_traces.plugin.settings import Settings
from pytest_traces.redaction import redact
from pytest_traces.snapshots.storing.passed_tests import Ledger

if TYPE_CHECKING:
    from pytest_traces.runtime.recording.recorder import Recorder
    from pytest_traces.snapshots.storing.store import TestSnapshots
    from pytest_traces.trace.fixture import TraceFixture
    from pytest_traces.trace.options import TraceOptions


ACTIVATION = pytest.StashKey[Activation]()

MARKERS = ("trace", "traces")
"""What marks a test: the names of the fixture."""


def armed(config: pytest.Config) -> Activation:
    """Return the adapters of a session, listening from the first time they are asked for."""
    if ACTIVATION not in config.stash:
        config.add_cleanup(_keep_names_outside_tests())
        activation = config.stash[ACTIVATION] = Activation()
        activation.arm(content=config.getini("trace_content"))
        config.add_cleanup(activation.disarm)
    return config.stash[ACTIVATION]


def _keep_names_outside_tests() -> Callable[[], None]:
    """Open the bucket when the recorder is first imported: before that nothing can record. Returns what closes it."""
    recorder = "pytest_traces.runtime.recording.recorder"
    around = ExitStack()

    def keep(module: object) -> None:
        from pytest_traces.plugin.outside_tests import keeping_names

        around.enter_context(keeping_names())

    if recorder in sys.modules:
        keep(None)
    finder = PostImport({recorder}, lambda module: nullcontext(), keep)
    sys.meta_path.insert(0, finder)
    around.callback(sys.meta_path.remove, finder)
    return around.close


def is_limited(item: pytest.Item) -> bool:
    """Whether a test is marked, and so is recorded even if it does not ask for its trace."""
    return any(item.get_closest_marker(name) is not None for name in MARKERS)


class TraceSession:
    """Kept in `config.stash`; makes the trace of each test."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self.ledger = Ledger()
        self.activation = armed(config)
        self._knows_others = False
        config.add_cleanup(redact.extend(settings.redact))

    def trace_of(self, request: pytest.FixtureRequest, recorder: Recorder) -> TraceFixture:
        """Return the trace that a test holds."""
        from pytest_traces.snapshots.storing.store import TestSnapshots
        from pytest_traces.trace.fixture import TraceFixture

        self.require_hooks(recorder)
        if SNAPSHOTS in request.node.stash:  # this is a rerun
            request.node.stash[SNAPSHOTS].forget()
        snapshots = TestSnapshots(request.node.nodeid, partial(_assertion, request.node), self._policy(request.node))
        request.node.stash[SNAPSHOTS] = snapshots
        directories = partial(_directories, request.node)
        return TraceFixture(recorder, snapshots, self.why_empty, directories, self.options())

    def options(self) -> TraceOptions:
        """Return how every trace of the session is read."""
        from pytest_traces.trace.options import TraceOptions

        settings = self.settings
        return TraceOptions(settings.slow_ms, settings.retry_rule, self.config.rootpath, settings.masks())

    def require_hooks(self, recorder: Recorder) -> None:
        """Refuse to test what can't be seen: a framework whose hook is gone, a tool that does not exist."""
        __tracebackhide__ = True
        if recorder.unrecorded:
            raise TracesError("\n".join(sorted(recorder.unrecorded)))

    def begin_recording(self) -> None:
        """Know the adapters of other packages too, and let every framework forget the last test."""
        if not self._knows_others:
            self._knows_others = True
            self.activation.add_registered_elsewhere()
        self.activation.reset()

    def new_recorder(self, nodeid: str) -> Recorder:
        """Return an empty recorder for a test."""
        from pytest_traces.runtime.recording.recorder import Recorder

        recorder = Recorder(nodeid, max_spans=self.settings.max_spans, max_events=self.settings.max_events)
        if self.settings.tools:
            from pytest_traces.adapters.named_calls import record_calls

            try:
                record_calls(recorder, self.settings.tools)
            except TracesError as error:
                recorder.unrecorded.add(f"trace_tools: {error}")
        return recorder

    def why_empty(self) -> str:
        """Say who listened and what was seen elsewhere: the body of every `EmptyTrace`."""
        from pytest_traces.runtime.recording.place import OUTSIDE

        listening = ", ".join(self.activation.listening) or "no framework was imported"
        lines = [f"listening: {listening}", *self.activation.troubles]
        bucket = OUTSIDE.fallback
        if bucket is not None and bucket.records:
            lines.append(f"seen outside tests: {', '.join(sorted({record.name for record in bucket.records}))}")
        return "\n".join([*lines, "hint: run the program inside the test"])

    def pending_directory(self) -> Callable[[], Path] | None:
        """Return what makes the directory where mismatches are kept; `None` in CI and without pytest's cache."""
        cache: Any = getattr(self.config, "cache", None)
        if self.settings.ci or cache is None:
            return None
        return lambda: Path(cache.mkdir("traces-pending"))

    def _policy(self, item: pytest.Item) -> Any:
        from pytest_traces.snapshots.storing.pending import PendingStore
        from pytest_traces.snapshots.storing.store import SnapshotPolicy

        directory = self.pending_directory()
        return SnapshotPolicy(
            update=bool(self.config.getoption("update_snapshots", False)),
            update_missing=bool(self.config.getoption("update_new_snapshots_only", False)),
            rehearsal=item.stash.get(REHEARSED, False),
            pending=None if directory is None else PendingStore(directory),
        )


def _assertion(item: pytest.Item) -> Any:
    """Ask for syrupy late: a suite without snapshots never needs it."""
    __tracebackhide__ = True
    if not hasattr(item.config, "_syrupy"):
        raise pytest.UsageError("snapshots of traces need syrupy: install it, and do not switch it off")
    from pytest_traces.snapshots.storing.extension import open_assertion

    return open_assertion(item)


def _directories(item: Any) -> dict[str, str]:
    """Return the temporary directories that pytest made for a test so far, and what stands for them; it makes none."""
    base = getattr(getattr(item.config, "_tmp_path_factory", None), "_basetemp", None)
    own = item.funcargs.get("tmp_path")
    return {str(path): mark for path, mark in ((base, "<basetemp>"), (own, "<tmp_path>")) if path is not None}


SESSION = pytest.StashKey[TraceSession]()
RECORDER = pytest.StashKey["Recorder"]()
"""The recorder of a test, in `item.stash`."""
REHEARSED = pytest.StashKey[bool]()
"""Whether `--trace-stable` runs a test, and decides what is written."""
SNAPSHOTS: pytest.StashKey[TestSnapshots] = pytest.StashKey()
"""The snapshots of a test, in `item.stash`."""
