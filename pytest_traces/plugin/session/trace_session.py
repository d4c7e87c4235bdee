"""The state of a session that uses traces: settings, adapters, open recordings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.plugin.session.imports import Imports
from pytest_traces.plugin.session.settings import Settings
from pytest_traces.redaction.masking import redact

if TYPE_CHECKING:
    from pytest_traces.runtime.recording.recorder import Listener, Recorder
    from pytest_traces.snapshots.storing.store import SnapshotPolicy
    from pytest_traces.trace.options import TraceOptions


PENDING = "pending"
"""Directory for pending snapshots of CI, below the directory of the run."""


class TraceSession:
    """Kept in `config.stash`: the settings and the adapters of a session."""

    def __init__(self, config: pytest.Config, settings: Settings, imports: Imports) -> None:
        self.config = config
        self.settings = settings
        self.activation = imports.activation
        self.seen = imports.seen
        self.recorders: list[Recorder] = []
        """The open recorders of fixtures whose scope is wider than a test."""
        self.listeners: list[Listener] = []
        """Listeners to every recording of the session."""
        self._knows_others = False
        config.add_cleanup(redact.extend(settings.redact))
        controls_workers = config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")
        if settings.otlp and not controls_workers:  # a worker hands its processes an address of its own
            self._receive()

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
        self.activation.switch_on_imported()
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
