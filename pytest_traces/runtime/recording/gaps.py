"""Reasons why a recording may lack spans."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager

from pytest_traces.errors import TracesError
from pytest_traces.model.stray import Stray
from pytest_traces.runtime.recording.fields import message_of

_MOST_LATE = 1_000


class Gaps:
    """Why a recording may lack spans: adapters that failed, hooks of frameworks that are gone."""

    def __init__(self) -> None:
        self.troubles: list[str] = []
        """Exceptions inside adapters; the report shows them."""
        self.unrecorded: set[str] = set()
        """Frameworks that ran without a hook, and named tools that do not exist; the test cannot pass."""
        self.silent: set[str] = set()
        """Programs that were started in processes of their own, and of which no span has come."""
        self.late: deque[str] = deque(maxlen=_MOST_LATE)
        """Names of spans that started after the test was over, the last ones."""
        self.strays: deque[Stray] = deque(maxlen=_MOST_LATE)
        """Spans that leftover work of earlier tests started during this test, which may own them."""
        self.tell_late: Callable[[Stray], None] | None = None
        """Called for each span that starts after the test is over."""
        self._guards: dict[str, _Guard] = {}

    def start_late(self, stray: Stray) -> None:
        """Keep a span that starts after the test is over."""
        self.late.append(stray.name)
        if self.tell_late is not None:
            self.tell_late(stray)

    def guard(self, adapter: str) -> AbstractContextManager[None]:
        """Catch an exception inside an adapter; the report shows it."""
        found = self._guards.get(adapter)
        if found is None:
            found = self._guards[adapter] = _Guard(self.troubles, adapter)
        return found

    def require_hooks(self) -> None:
        """Raise `TracesError` if a framework ran whose hook is gone, or a tool was named that does not exist."""
        __tracebackhide__ = True
        if self.unrecorded:
            raise TracesError("\n".join(sorted(self.unrecorded)))


class _Guard(AbstractContextManager[None]):
    """Has no state of its own, so each adapter has one: a call of a framework enters it about ten times."""

    __slots__ = ("_adapter", "_troubles")

    def __init__(self, troubles: list[str], adapter: str) -> None:
        self._troubles = troubles
        self._adapter = adapter

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self._troubles.append(f"{self._adapter}: {type(error).__name__}: {message_of(error)}")
        return True
