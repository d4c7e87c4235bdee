"""Names of unrecorded spans, by where they ran, for messages about empty traces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class SeenNames:
    """The names of a session; spans of wider fixtures belong to no test."""

    def __init__(self) -> None:
        self.outside_tests: set[str] = set()
        self.in_test: set[str] = set()
        """Names in the running test, from before it requested its trace."""
        self._runs_test = False

    def add(self, name: str) -> None:
        """Keep a name."""
        (self.in_test if self._runs_test else self.outside_tests).add(name)

    def __len__(self) -> int:
        return len(self.outside_tests) + len(self.in_test)

    def begin_test(self) -> None:
        """Keep the names of a test separate from others."""
        self.in_test = set()
        self._runs_test = True

    def end_test(self) -> None:
        """End a test: its names are listed for other tests as seen elsewhere."""
        self.outside_tests |= self.in_test
        self.in_test = set()
        self._runs_test = False

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Keep names in the block separate from the running test."""
        before, self._runs_test = self._runs_test, False
        try:
            yield
        finally:
            self._runs_test = before
