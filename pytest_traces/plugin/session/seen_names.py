"""Names of unrecorded spans, by where they ran, for messages about empty traces."""

from __future__ import annotations

from collections.abc import Sized


class SeenNames:
    """The names of a session; spans of wider fixtures belong to no test."""

    def __init__(self, wider_fixtures: Sized) -> None:
        self._wider_fixtures = wider_fixtures
        self.outside_tests: set[str] = set()
        self.in_test: set[str] = set()
        """Names in the running test, from before it requested its trace."""
        self._runs_test = False

    def add(self, name: str) -> None:
        """Keep a name."""
        is_in_test = self._runs_test and not self._wider_fixtures
        (self.in_test if is_in_test else self.outside_tests).add(name)

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
