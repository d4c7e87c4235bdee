"""The host of traces: a pytest session, or a plain script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every start of pytest imports this module: its own imports must cost next to nothing
    from typing import Protocol

    from pytest_traces.runtime.harvest.tree import Harvest
    from pytest_traces.runtime.recording.recorder import Recorder
    from pytest_traces.snapshots.storing.store import TestSnapshots
    from pytest_traces.trace.options import TraceOptions

    class Host(Protocol):
        """Knows the running test, the options of traces, and the adapters."""

        @property
        def options(self) -> TraceOptions:
            """The options of traces."""

        def snapshots(self, assertion: str) -> TestSnapshots:
            """Return the snapshots of the running test; raise `TracesError` if no test runs."""

        def directories(self) -> Mapping[str, str]:
            """Return the temporary directories of the running test and their masks in snapshots."""

        def uses(self, harvest: Harvest) -> None:
            """Mark a recording as used by the running test, which draws it if it fails."""

        def forget(self, harvest: Harvest) -> None:
            """Unmark a recording: the running test no longer draws it."""

        def running(self) -> object:
            """Return the owner of the running code: a test, or a fixture of a wider scope."""

        def until_over(self, end: Callable[[], None]) -> Callable[[], None]:
            """End a block with the test or fixture that opened it; returns a function for a block that ends earlier."""

        def new_recorder(self) -> Recorder:
            """Return an empty recorder."""

        def around(self) -> Iterable[Recorder]:
            """Return the open recorders of fixtures whose scope is wider than a test."""

        def listening(self, harvest: Harvest) -> AbstractContextManager[None]:
            """Arm the adapters for a recording, and collect it when it is over."""

        def why_empty(self) -> str:
            """Return the message below the headline of `EmptyTrace`, for a recording without spans."""


_HOSTS: list[Host] = []


def enter(host: Host) -> Callable[[], None]:
    """Make a host the present one; returns a function that restores the one before."""
    _HOSTS.append(host)
    return lambda: _HOSTS.remove(host)


def present_host() -> Host:
    """Return the innermost pytest session, or the host of plain scripts."""
    if _HOSTS:
        return _HOSTS[-1]
    from pytest_traces.trace.recordings.script import SCRIPT

    return SCRIPT
