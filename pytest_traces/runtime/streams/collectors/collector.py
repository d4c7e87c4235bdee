"""The collector protocol of document 001, and which collector takes a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from pytest_traces.runtime.tracing.run_context import RunContext

C = TypeVar("C", bound="type[EventCollector]")


class EventCollector:
    """Turns the pieces of one stream into its result.

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

    def __init__(self, run_context: RunContext | None = None) -> None:
        self.run_context = run_context

    @classmethod
    def can_handle(cls, event: Any) -> bool:
        """Tell whether this collector understands a stream that begins with such a piece."""
        raise NotImplementedError

    def process(self, event: Any) -> Any:
        """Take a piece; what is returned is told as its `chunk`, `None` is not."""
        raise NotImplementedError

    def collect(self) -> Any:
        """Return what the pieces amount to."""
        raise NotImplementedError


_CUSTOM: list[type[EventCollector]] = []


def register_collector(collector: C) -> C:
    """Let a collector take streams; the one registered last is asked first, before the built-in ones."""
    if collector not in _CUSTOM:
        _CUSTOM.insert(0, collector)
    return collector


def unregister_collector(collector: type[EventCollector]) -> None:
    """Take a collector out again; unknown ones are ignored."""
    if collector in _CUSTOM:
        _CUSTOM.remove(collector)


def collector_for(event: Any) -> type[EventCollector]:
    """Return the collector of a stream that begins with this piece."""
    from pytest_traces.runtime.streams.collectors.builtin import BUILT_IN

    return next(collector for collector in (*_CUSTOM, *BUILT_IN) if _handles(collector, event))


def _handles(collector: type[EventCollector], event: Any) -> bool:
    try:
        return bool(collector.can_handle(event))
    except Exception:  # asked about a piece it was not made for
        return False
