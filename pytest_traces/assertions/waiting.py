"""Waits for spans of threads, background tasks and delayed exports."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Coroutine, Iterator
from inspect import CORO_CREATED, getcoroutinestate
from typing import Any, Generic

from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.matching.texts import Text
from pytest_traces.assertions.subject import Look, One
from pytest_traces.errors import SpanNotFound, TracesError
from pytest_traces.model.span import SpanData

_PAUSE = 0.005  # seconds between two checks
_BLOCKING = "trace.wait_for() blocks the event loop; use `await trace.wait_for_async(...)`"


class Wait(Generic[One]):
    """Checks for a span until it is there, or until the time is up.

    A span counts once it has ended, unless its `status` is asked for.
    """

    def __init__(
        self, look: Callable[[], Look[One, Any]], name: Text, conditions: dict[str, Any], timeout: float
    ) -> None:
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout < math.inf:
            raise TracesError(f"timeout is a number of seconds above 0, got {timeout!r}")
        self._look = look
        self._asked = Conditions(name, conditions)
        if not len(self._asked):
            raise TracesError("wait_for() needs a name or a condition: without one every span would end it")
        self._timeout = timeout

    def sync(self) -> One:
        """Wait while other threads run."""
        __tracebackhide__ = True
        for found in self._looks():
            if found is not None:
                return found
            time.sleep(_PAUSE)
        raise self._missed(_BLOCKING if _in_a_loop() else "")

    async def cooperative(self) -> One:
        """Wait while other tasks and threads run."""
        __tracebackhide__ = True
        for found in self._looks():
            if found is not None:
                return found
            await asyncio.sleep(_PAUSE)
        raise self._missed("")

    def _looks(self) -> Iterator[One | None]:
        deadline = time.monotonic() + self._timeout
        while True:
            over = time.monotonic() >= deadline  # read before the check, so that one check comes after the deadline
            look = self._look()
            tree = look.scope.tree
            found = (span for span in tree.spans if self._there(span) and self._asked.holds(span, tree))
            yield next(map(look.span, found), None)
            if over:
                return

    def _there(self, span: SpanData) -> bool:
        return span.status != "running" or "status" in self._asked.given

    def _missed(self, hint: str) -> SpanNotFound:
        scope = self._look().scope
        scope.require_recorded()
        running = {
            span.call_id: "still running"
            for span in scope.tree.spans
            if span.status == "running" and self._asked.holds(span, scope.tree)
        }
        found = f"it is still running after {self._timeout:g} s" if running else f"found 0 in {self._timeout:g} s"
        notes = running or scope.nearest_miss(self._asked)
        return SpanNotFound(f"expected {self._asked.describe()} to end, {found}", tree=scope.draw(notes), hint=hint)


def _in_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def require_awaited(waiting: Coroutine[Any, Any, Any]) -> None:
    """Raise `TracesError` for a wait that never began."""
    __tracebackhide__ = True
    if getcoroutinestate(waiting) == CORO_CREATED:
        waiting.close()
        raise TracesError("trace.wait_for_async() was never awaited: it waited for nothing; put `await` before it")
