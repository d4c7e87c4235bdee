"""What queries and expectations apply to: a trace, or a selection of its spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.model.span import SpanData
from pytest_traces.wording import Suggesting

One = TypeVar("One")
"""The class of one span: `Span`."""
Many = TypeVar("Many")
"""The class of several spans: `Selection`."""


class Look(NamedTuple, Generic[One, Many]):
    """A trace at one moment: its scope, and the classes of what is found in it."""

    scope: Scope
    span: Callable[[SpanData], One]
    """Returns a span as users hold it."""
    select: Callable[[Iterable[SpanData]], Many]
    """Returns spans as users hold them."""


class Subject(Suggesting, Generic[One, Many]):
    """Base of queries and expectations: gives them a scope."""

    __slots__ = ()

    def _look(self, type: str | None = None) -> Look[One, Many]:
        """Return the look: of a trace the spans of a type, of a selection all spans."""
        raise NotImplementedError

    def _scope(self, type: str | None = None) -> Scope:
        return self._look(type).scope
