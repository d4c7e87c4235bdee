"""The subject of queries and expectations: a trace, or a selection of its spans."""

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
    """A trace at one moment: its scope, and the classes of its spans and selections."""

    scope: Scope
    span: Callable[[SpanData], One]
    """Returns the `Span` for data of the trace."""
    select: Callable[[Iterable[SpanData]], Many]
    """Returns the `Selection` for data of the trace."""


class Subject(Suggesting, Generic[One, Many]):
    """Base of queries and expectations: it gives them a scope."""

    __slots__ = ()

    def _look(self, type: str | None = None) -> Look[One, Many]:
        """Return the spans to judge: of a trace those of a type, of a selection all."""
        raise NotImplementedError

    def _scope(self, type: str | None = None) -> Scope:
        return self._look(type).scope
