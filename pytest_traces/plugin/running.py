"""The test, or the fixture of a wider scope, that the running code belongs to: known before traces are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cached_property
from sys import modules
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from typing import Protocol

    from pytest_traces.plugin.item.leftovers import Leftovers
    from pytest_traces.plugin.item.traced_test import TracedTest

    class Follower(Protocol):
        """Follows what runs, once traces are used."""

        def begin(self, item: pytest.Item) -> None:
            """Begin an attempt of a test."""

        def end(self) -> None:
            """End a test that was torn down."""

        def enclose_tests(self) -> None:
            """Put an open recording of a fixture around those of running tests, which began earlier."""


TEST: pytest.StashKey[TracedTest] = pytest.StashKey()
"""The data of a test about traces, in `item.stash`; there are none before the first use of traces."""

CONTEXT = "pytest_traces.runtime.recording.context"
"""The module without which nothing is recorded."""


class WiderFixture:
    """One setup of a fixture of a class, a module or a session."""

    def __init__(self, definition: Any) -> None:
        self.definition = definition
        """pytest's definition of the fixture."""

    @cached_property
    def leftovers(self) -> Leftovers:
        """Blocks that it opened and has not closed."""
        from pytest_traces.plugin.item.leftovers import Leftovers

        return Leftovers()

    def close(self) -> None:
        """End the blocks that it left open."""
        __tracebackhide__ = True
        if "leftovers" in vars(self):
            self.leftovers.close()


class Running:
    """What runs now; it calls the host of traces when that is loaded."""

    def __init__(self) -> None:
        self.tests: list[pytest.Item] = []
        self.fixtures: list[WiderFixture] = []
        """Wider fixtures in setup or teardown, the innermost last."""
        self.host: Follower | None = None

    def begin(self, item: pytest.Item) -> None:
        """Begin an attempt of a test."""
        self.tests.append(item)
        if self.host is not None:
            self.host.begin(item)

    def end(self, item: pytest.Item) -> None:
        """End a test that was torn down."""
        if item in self.tests:
            self.tests.remove(item)
            if self.host is not None:
                self.host.end()

    @contextmanager
    def outside_tests(self, fixture: WiderFixture) -> Iterator[None]:
        """Record a wider fixture in no test, not even in the one that needs it first."""
        self.fixtures.append(fixture)
        try:
            with _aside():
                yield
                if self.host is not None:
                    self.host.enclose_tests()
        finally:
            self.fixtures.remove(fixture)


def _aside() -> AbstractContextManager[None]:
    if CONTEXT not in modules:  # nothing records
        return nullcontext()
    from pytest_traces.runtime.recording.context import aside

    return aside()
