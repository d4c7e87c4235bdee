"""What lives as long as a pytest session: settings, adapters, the ledger of snapshots."""

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
"""Where CI leaves what was received, below the directory of the run."""

MARKERS = ("trace", "traces")
"""What marks a test: the names of the fixture."""


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
    """Keep names from the first import of that module on: nothing records before. Returns what ends it."""
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
    """Whether a test is marked, and so is recorded even if it does not ask for its trace."""
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
        """What hears every recording of the session."""
        self._knows_others = False
        config.add_cleanup(redact.extend(settings.redact))
        if verbosity(config) > 1:
            from pytest_traces.drawing.text import show_values_whole

            config.add_cleanup(show_values_whole())

    @cached_property
    def options(self) -> TraceOptions:
        """How every trace of the session is read."""
        from pytest_traces.trace.options import TraceOptions

        settings = self.settings
        root, limit = self.config.rootpath, settings.text_limit
        return TraceOptions(settings.slow_ms, settings.retry_rule, root, limit, settings.masks())

    def begin_recording(self) -> None:
        """Know the adapters of other packages too, and let every framework forget the last test."""
        if not self._knows_others:
            self._knows_others = True
            self.activation.add_registered_elsewhere()
            import_module("pytest_traces.model.tree")  # pydantic loads its plugins now, and with them frameworks
        self.activation.catch_up()
        self.activation.reset()

    def new_recorder(self, nodeid: str) -> Recorder:
        """Return an empty recorder for a test."""
        from pytest_traces.runtime.recording.recorder import Recorder

        recorder = Recorder(nodeid, max_spans=self.settings.max_spans, max_events=self.settings.max_events)
        recorder.sends = self.settings.send
        for listener in self.listeners:
            recorder.listen(listener)
        recorder.closing.callback(self.activation.reset)  # inside: what a framework then closes is not sent
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
        """Return which adapters listened and what ran outside tests: the body of every `EmptyTrace`."""
        from pytest_traces.adapters.doctor import heard

        lines = [*heard(self.activation), *self.activation.troubles]
        if self.seen.outside_tests:
            lines.append(f"seen outside tests: {', '.join(sorted(self.seen.outside_tests))}")
        return "\n".join([*lines, f"hint: run the program {where}"])

    def pending_directory(self) -> Callable[[], Path] | None:
        """Return what makes the directory where mismatches are kept; `None` where nothing may be written unasked.

        It is in pytest's cache, and in CI below `--trace-dir`.
        """
        cache: Any = getattr(self.config, "cache", None)
        if self.settings.ci:
            return (lambda: self.settings.run.directory / PENDING) if self.settings.run.is_asked else None
        if cache is None:
            return None
        return lambda: Path(cache.mkdir("traces-pending"))

    def snapshot_policy(self, *, rehearsal: bool) -> SnapshotPolicy:
        """Return how the snapshots of a test are treated."""
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
