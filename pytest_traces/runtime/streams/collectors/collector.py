"""The collector protocol of document 001."""

from __future__ import annotations

from typing import Any, ClassVar


class EventCollector:
    """Turns the pieces of one stream into its result.

    >>> from pytest_traces.runtime import register_collector
    >>> @register_collector
    ... class LastScore(EventCollector):
    ...     @classmethod
    ...     def can_handle(cls, event):
    ...         return hasattr(event, "score")
    ...     def process(self, event):
    ...         self.last = event.score
    ...         return event
    ...     def collect(self):
    ...         return self.last
    """

    several: ClassVar[bool] = False
    """Whether `collect` gives a list of independent values, not one value."""

    def __init__(self, run_context: Any = None) -> None:
        self.run_context = run_context
        """The `RunContext` of the span that streams; `None` if a snapshot folds pieces."""

    @classmethod
    def can_handle(cls, event: Any) -> bool:
        """Return whether this collector understands a stream that begins with such a piece."""
        raise NotImplementedError

    def process(self, event: Any) -> Any:
        """Take a piece; return the payload of its `chunk` event, `None` for no event."""
        raise NotImplementedError

    def collect(self) -> Any:
        """Return the result of all pieces."""
        raise NotImplementedError
