"""The host of `record()` without pytest: in a script or a notebook."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from pytest_traces.adapters.activation import Activation
from pytest_traces.adapters.doctor import heard
from pytest_traces.errors import TracesError
from pytest_traces.runtime.harvest.tree import Harvest
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.snapshots.storing.store import TestSnapshots
from pytest_traces.trace.options import TraceOptions


class ScriptHost:
    """Arms the adapters during a recording, and disarms them after it."""

    options = TraceOptions()

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = 0
        self._activation: Activation | None = None

    def snapshots(self, assertion: str) -> TestSnapshots:
        """Raise: no test runs."""
        raise no_test(assertion)

    def directories(self) -> Mapping[str, str]:
        """Return none: no test made any."""
        return {}

    def uses(self, harvest: Harvest) -> None:
        """Do nothing: no test can fail."""

    def forget(self, harvest: Harvest) -> None:
        """Do nothing: `uses` marked nothing."""

    def running(self) -> object:
        """Return the script, the only owner."""
        return self

    def until_over(self, end: Callable[[], None]) -> Callable[[], None]:
        """Do nothing: a script has no end to wait for."""
        return lambda: None

    def around(self) -> Iterable[Recorder]:
        """Return none: a script has no fixtures."""
        return ()

    def new_recorder(self) -> Recorder:
        """Return an empty recorder."""
        return Recorder("a recording")

    @contextmanager
    def listening(self, harvest: Harvest) -> Iterator[None]:
        """Arm the adapters with the first recording, disarm them with the last one that is open."""
        activation = self._arm()
        try:
            activation.reset()
            yield
        finally:
            activation.reset()
            self._disarm()

    def why_empty(self) -> str:
        """Return which adapters listened."""
        activation = self._activation
        troubles = [] if activation is None else activation.troubles
        return "\n".join([*heard(activation), *troubles, "hint: run the program inside the block of record()"])

    def _arm(self) -> Activation:
        with self._lock:
            self._open += 1
            if self._activation is None:
                self._activation = Activation()
                self._activation.arm()
                self._activation.add_registered_elsewhere()
            return self._activation

    def _disarm(self) -> None:
        with self._lock:
            self._open -= 1
            if self._open == 0 and self._activation is not None:
                self._activation.disarm()
                self._activation = None


def no_test(assertion: str) -> TracesError:
    """Return the error of a snapshot that is asserted while no test runs."""
    hint = "hint: trace.span_tree() gives the text, for any other comparison"
    return TracesError(f"{assertion}() needs a running test: a snapshot belongs to the test that asserts\n\n{hint}")


SCRIPT = ScriptHost()
