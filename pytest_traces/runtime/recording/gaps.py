"""What a recording could not record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_traces.errors import TracesError
from pytest_traces.runtime.recording.outcome import message_of


class Gaps:
    """Why a recording may lack spans: adapters that failed, hooks of frameworks that are gone."""

    def __init__(self) -> None:
        self.troubles: list[str] = []
        """Exceptions inside adapters; the report shows them."""
        self.unrecorded: set[str] = set()
        """Programs that ran without a hook, and named tools that do not exist; the test cannot pass."""

    @contextmanager
    def guard(self, adapter: str) -> Iterator[None]:
        """Keep an exception inside an adapter from the program under test; the report shows it."""
        try:
            yield
        except Exception as error:
            self.troubles.append(f"{adapter}: {type(error).__name__}: {message_of(error)}")

    def require_hooks(self) -> None:
        """Raise `TracesError` if a framework ran whose hook is gone, or a tool was named that does not exist."""
        __tracebackhide__ = True
        if self.unrecorded:
            raise TracesError("\n".join(sorted(self.unrecorded)))
