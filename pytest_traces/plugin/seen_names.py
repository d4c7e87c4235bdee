"""Names of spans that nothing records, by where they ran: a trace that is empty, or asked for late, tells them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class SeenNames:
    """Kept for a session; what a fixture of a wider scope runs is of no test."""

    def __init__(self) -> None:
        self.outside_tests: set[str] = set()
        self.in_test: set[str] = set()
        """Of the test that runs, before it asked for its trace."""
        self._runs_test = False

    def add(self, name: str) -> None:
        """Keep a name."""
        (self.in_test if self._runs_test else self.outside_tests).add(name)

    def __len__(self) -> int:
        return len(self.outside_tests) + len(self.in_test)

    def begin_test(self) -> None:
        """Keep the names of a test apart."""
        self.in_test = set()
        self._runs_test = True

    def end_test(self) -> None:
        """What runs next is of no test; other tests know its names as seen elsewhere."""
        self.outside_tests |= self.in_test
        self.in_test = set()
        self._runs_test = False

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let what runs in the block be of no test."""
        before, self._runs_test = self._runs_test, False
        try:
            yield
        finally:
            self._runs_test = before
