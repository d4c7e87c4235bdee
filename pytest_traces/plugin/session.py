"""The state of a pytest session: settings, adapters, the ledger of snapshots."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.adapters.activation import Activation
from pytest_traces.adapters.importing import PostImport
from pytest_traces.errors import TracesError
from pytest_traces.plugin.options.settings import Settings
from pytest_traces.plugin.seen_names import SeenNames
from pytest_traces.plugin.terminal.sections import verbosity
from pytest_traces.redaction.masking import redact
from pytest_traces.snapshots.storing.passed_tests import Ledger

if TYPE_CHECKING:
    from pytest_traces.runtime.recording.recorder import Listener, Recorder
    from pytest_traces.snapshots.storing.store import SnapshotPolicy
    from pytest_traces.trace.options import TraceOptions


SEEN = pytest.StashKey[SeenNames]()
ACTIVATION = pytest.StashKey[Activation]()

PENDING = "pending"
"""Directory for pending snapshots of CI, below the directory of the run."""

MARKERS = ("trace", "traces")
"""The names of the fixture, whose use makes a test traced."""


def armed(config: pytest.Config) -> Activation:
    """Return the adapters of a session; the first call arms them."""
    if ACTIVATION not in config.stash:
        seen = config.stash[SEEN] = SeenNames()
        config.add_cleanup(_keep_names(seen))
        activation = config.stash[ACTIVATION] = Activation()
        activation.arm()
        config.add_cleanup(activation.disarm)
    return config.stash[ACTIVATION]


def _keep_names(seen: SeenNames) -> Callable[[], None]:
    """Keep names from the first import of that module on; returns a function that ends this."""
    context = "pytest_traces.runtime.recording.context"
    around = ExitStack()

    def keep(module: object) -> None:
        from pytest_traces.plugin.outside_tests import keeping_names

        around.enter_context(keeping_names(seen))

    if context in sys.modules:
        keep(None)
    finder = PostImport({context}, lambda module: nullcontext(), keep)
    sys.meta_path.insert(0, finder)
    around.callback(sys.meta_path.remove, finder)
    return around.close


def is_limited(item: pytest.Item) -> bool:
    """Whether a test has limits, and so is recorded even without the fixture."""
    return any(item.get_closest_marker(name) is not None for name in MARKERS)


class TraceSession:
    """Kept in `config.stash`: the settings, the adapters and the ledger of a session."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self.ledger = Ledger()
        self.activation = armed(config)
        self.seen = config.stash[SEEN]
        self.recorders: list[Recorder] = []
        """The open recorders of fixtures whose scope is wider than a test."""
        self.listeners: list[Listener] = []
        """Listeners to every recording of the session."""
        self._knows_others = False
        config.add_cleanup(redact.extend(settings.redact))
        if settings.otlp:
            self._receive()
        if verbosity(config) > 1:
            from pytest_traces.drawing.text import show_values_whole

            config.add_cleanup(show_values_whole())

    def _receive(self) -> None:
        from pytest_traces.receiving.processes import receiving

        around = ExitStack()
        self.config.add_cleanup(around.close)
        around.enter_context(receiving())

    @cached_property
    def options(self) -> TraceOptions:
        """The options of every trace of the session."""
        from pytest_traces.trace.options import TraceOptions

        settings = self.settings
        root, limit = self.config.rootpath, settings.text_limit
        return TraceOptions(settings.slow_ms, settings.retry_rule, root, limit, settings.masks())

    def begin_recording(self) -> None:
        """Load the adapters of other packages, and reset what frameworks keep from the last test."""
        if not self._knows_others:
            self._knows_others = True
            self.activation.add_registered_elsewhere()
            import_module("pytest_traces.model.tree")  # pydantic loads its plugins here, and with them frameworks
        self.activation.catch_up()
        self.activation.reset()

    def new_recorder(self, nodeid: str) -> Recorder:
        """Return an empty recorder for a test."""
        from pytest_traces.runtime.recording.recorder import Recorder

        recorder = Recorder(nodeid, max_spans=self.settings.max_spans, max_events=self.settings.max_events)
        recorder.sends = self.settings.send
        for listener in self.listeners:
            recorder.listen(listener)
        recorder.closing.callback(
            self.activation.reset
        )  # inside the recording: frameworks do not send what they close now
        if self.settings.content:
            recorder.closing.enter_context(self.activation.asking_for_content())
        if self.settings.tools:
            from pytest_traces.adapters.named_calls import record_calls

            try:
                record_calls(recorder, self.settings.tools)
            except TracesError as error:
                recorder.gaps.unrecorded.add(f"trace_tools: {error}")
        return recorder

    def why_empty(self, where: str = "inside the test") -> str:
        """Return the body of every `EmptyTrace`: which adapters listened, and spans outside tests."""
        from pytest_traces.adapters.doctor import heard

        lines = [*heard(self.activation), *self.activation.troubles]
        if self.seen.outside_tests:
            lines.append(f"seen outside tests: {', '.join(sorted(self.seen.outside_tests))}")
        return "\n".join([*lines, f"hint: run the program {where}"])

    def pending_directory(self) -> Callable[[], Path] | None:
        """Return a function that makes the directory for mismatches; `None` if nothing may be written unasked.

        It is in pytest's cache, and in CI below `--trace-dir`.
        """
        cache: Any = getattr(self.config, "cache", None)
        if self.settings.ci:
            return (lambda: self.settings.run.directory / PENDING) if self.settings.run.is_asked else None
        if cache is None:
            return None
        return lambda: Path(cache.mkdir("traces-pending"))

    def snapshot_policy(self, *, rehearsal: bool) -> SnapshotPolicy:
        """Return the policy for the snapshots of a test."""
        from pytest_traces.snapshots.storing.pending import PendingStore
        from pytest_traces.snapshots.storing.store import SnapshotPolicy

        directory = self.pending_directory()
        return SnapshotPolicy(
            update=bool(self.config.getoption("update_snapshots", False)),
            update_missing=bool(self.config.getoption("update_new_snapshots_only", False)),
            rehearsal=rehearsal,
            pending=None if directory is None else PendingStore(directory, self.config.rootpath),
            accept_from=self.settings.run.shown_directory if self.settings.ci else "",
        )


SESSION = pytest.StashKey[TraceSession]()
