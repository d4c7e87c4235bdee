"""Clocks that do not wait: where a loop has nothing to do, its time goes on to the next timer.

Whatever is held up for longer still comes later, so a schedule costs no sleep, and is the same in each run.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import trio
import trio.testing


class _Hurried(selectors.DefaultSelector):  # type: ignore[valid-type,misc]
    """Adds to a clock what a loop would have waited for its next timer."""

    skipped = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            return super().select(None)
        found = super().select(0)
        self.skipped += 0 if found else timeout
        return found


class HurriedLoop(asyncio.SelectorEventLoop):
    """A loop of asyncio whose timers are due as soon as it has nothing else to do."""

    def __init__(self) -> None:
        self._hurried = _Hurried()
        super().__init__(self._hurried)

    def time(self) -> float:
        """Return the time of this loop, which is how long it would have waited."""
        return self._hurried.skipped


def run_in_trio(seed: int, program: Callable[..., Any], *given: Any) -> None:
    """Run a program in trio, whose order of tasks is then the same for the same seed."""
    runner: Any = trio._core._run
    runner._r.seed(seed)
    with patch.object(runner, "_ALLOW_DETERMINISTIC_SCHEDULING", True):
        trio.run(program, *given, clock=trio.testing.MockClock(autojump_threshold=0))
