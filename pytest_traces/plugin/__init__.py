"""The only door to pytest: hooks, options, fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from pytest_traces.adapters.activation import Activation

if TYPE_CHECKING:
    from pytest_traces.trace import Trace

ACTIVATION = pytest.StashKey[Activation]()


def pytest_configure(config: pytest.Config) -> None:
    """Wait for the frameworks of the programs under test."""
    activation = config.stash[ACTIVATION] = Activation()
    activation.arm()
    config.add_cleanup(activation.disarm)


@pytest.fixture
def trace(request: pytest.FixtureRequest) -> Iterator[Trace]:
    """What the program under test did in this test: its spans, events and usage."""
    from pytest_traces.plugin.fixture import TraceFixture
    from pytest_traces.runtime.recorder import Recorder
    from pytest_traces.runtime.session import recording

    activation = request.config.stash[ACTIVATION]
    activation.reset()
    with recording(Recorder(request.node.nodeid)) as recorder:
        yield TraceFixture(recorder)
    activation.reset()


@pytest.fixture
def traces(trace: Trace) -> Trace:
    """The same as `trace`, for tests that import a `trace` of their own."""
    return trace
