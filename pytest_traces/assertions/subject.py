"""What can be asked and judged: a whole trace, or a selection of its spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.model.span import SpanData
from pytest_traces.wording import Suggesting

One = TypeVar("One")
"""What holds one span: `Span`."""
Many = TypeVar("Many")
"""What holds several spans: `Selection`."""


class Look(NamedTuple, Generic[One, Many]):
    """One look at a trace, which may grow meanwhile: its scope, and how users hold what is found in it."""

    scope: Scope
    span: Callable[[SpanData], One]
    """Returns a span as users hold it."""
    select: Callable[[Iterable[SpanData]], Many]
    """Returns spans as users hold them."""


class Subject(Suggesting, Generic[One, Many]):
    """Gives queries and expectations something to look at."""

    __slots__ = ()

    def _look(self, type: str | None = None) -> Look[One, Many]:
        """Return what to look at: of a trace the spans of a type, of a selection all."""
        raise NotImplementedError

    def _scope(self, type: str | None = None) -> Scope:
        return self._look(type).scope
