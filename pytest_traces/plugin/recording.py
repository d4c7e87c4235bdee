"""Records one test, from its fixtures' setup to their teardown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_traces.plugin.session import RECORDER, SESSION
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder


@contextmanager
def recording_test(item: pytest.Item) -> Iterator[Recorder]:
    """Record what a test runs; its recorder stays in `item.stash` for the reports."""
    session = item.config.stash[SESSION]
    session.begin_recording()
    recorder = item.stash[RECORDER] = session.new_recorder(item.nodeid)
    try:
        with recording(recorder):
            yield recorder
    finally:
        session.activation.reset()
