"""Blocks that a test or a wider fixture left open: they end together with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

End = Callable[[], None]
"""Ends a block; raises the failures of the block."""


class Leftovers:
    """The open soft blocks and recordings, in the order of their begin."""

    def __init__(self) -> None:
        self._ends: list[End] = []

    def add(self, end: End) -> Callable[[], None]:
        """Keep the function that ends a block; return a function that drops it, for a block that ends by itself."""
        self._ends.append(end)
        return partial(self._forget, end)

    def close(self) -> None:
        """End every block, the innermost first; raise their failures."""
        __tracebackhide__ = True
        errors: list[Exception] = []
        while self._ends:
            try:
                self._ends.pop()()
            except Exception as error:
                errors.append(error)
        if len(errors) > 1:
            raise ExceptionGroup("several blocks were left open", errors)
        if errors:
            raise errors[0]

    def _forget(self, end: End) -> None:
        if end in self._ends:
            self._ends.remove(end)
