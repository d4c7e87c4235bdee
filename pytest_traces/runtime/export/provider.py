"""What a tracing provider is, as in document 001, and the finished run it takes."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from pytest_traces.runtime.recording.ancestry import path_of, run_id_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_traces.model.tree import SpanTree
    from pytest_traces.runtime.recording.recorder import Notice, Record

LOG = logging.getLogger("pytest_traces")


class FinishedRun:
    """A run that is over, with the runs below it; its models are built at the first access."""

    def __init__(self, records: Sequence[Record], notices: Sequence[Notice]) -> None:
        self._records = records
        self._notices = notices
        self.run_id = run_id_of(records[0])
        self.path = path_of(records[0])

    @cached_property
    def tree(self) -> SpanTree:
        """Its spans and events."""
        from pytest_traces.runtime.harvest.tree import tree_of

        return tree_of(self._records, self._notices).without_order()  # in production spawns are not observed

    def __len__(self) -> int:
        return len(self._records)


class TracingProvider(Protocol):
    """Takes finished runs; derive from it and implement `put`.

    >>> from pytest_traces.runtime import TracingProvider, install, span
    >>> class Count(TracingProvider):
    ...     spans = 0
    ...     def put(self, run):
    ...         self.spans += len(run)
    >>> count = Count()
    >>> with install(count), span(span_type="tool", name="search"):
    ...     pass
    >>> count.spans
    1
    """

    def put(self, run: FinishedRun) -> None:
        """Take a run that is over; called by the code that ends the run, so it must be quick."""

    def get(self, run_id: str) -> FinishedRun | None:
        """Return a run; `None` if it is not kept."""
        return None

    def close(self) -> None:
        """Release what the provider holds; no method is called afterwards."""
        return
