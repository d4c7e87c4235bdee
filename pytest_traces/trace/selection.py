"""The spans that tests hold: one `Span`, or a `Selection` of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import overload

from pydantic import ConfigDict, PrivateAttr

from pytest_traces.assertions.assert_methods import Expectations
from pytest_traces.assertions.names import Row, are_alike, require_names
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.matching.texts import Text
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.assertions.query_methods import Queries
from pytest_traces.assertions.subject import Look
from pytest_traces.errors import TracesError
from pytest_traces.model.building import trusted
from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanData

_SHOWN = 5  # spans in the `repr` of a selection


class Home:
    """The trace of spans and selections, in which they find their relatives.

    The same data may have several homes. Each makes one `Span` for it, and returns it each time.
    """

    __slots__ = ("_spans", "scope")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        """Every span of the trace."""
        self._spans: dict[str, Span] = {}

    def span(self, data: SpanData) -> Span:
        """Return the `Span` for data of this trace."""
        known = self._spans.get(data.call_id)
        if known is None or known.__dict__ is not data.__dict__:
            private = {**(data.__pydantic_private__ or {}), "_home": self}
            known = self._spans[data.call_id] = trusted(Span, data.__dict__, private)
        return known

    def select(self, spans: Iterable[SpanData]) -> Selection:
        """Return these spans as a selection."""
        return Selection(self, spans)


class Span(SpanData):
    """One step of a program: a model call, a tool call, an agent's turn; with its relatives in the trace."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    _home: Home | None = PrivateAttr(None)

    def stands_for(self, text: str) -> bool:
        """Return whether a query for a text would match this span; raise `TracesError` for a misspelt text."""
        __tracebackhide__ = True
        if super().stands_for(text):
            return True
        if self._home is not None:
            self._home.scope.narrowed([self]).find(Conditions(text))
        return False

    @property
    def events(self) -> tuple[Event, ...]:
        """Its events: `start`, each streamed piece, `output`, and those of its framework."""
        return Row(self._trace.scope.tree.events_of(self))

    @property
    def parent(self) -> Span | None:
        """The span that started this one; `None` for a root."""
        parent = self._trace.scope.tree.parent(self)
        return None if parent is None else self._trace.span(parent)

    @property
    def depth(self) -> int:
        """Number of ancestors: 0 for a root."""
        return self._trace.scope.tree.depth(self)

    @property
    def children(self) -> Selection:
        """The spans that it started itself."""
        return self._trace.select(self._trace.scope.tree.children(self))

    @property
    def descendants(self) -> Selection:
        """The spans below it, at any depth."""
        return self._trace.select(self._trace.scope.tree.descendants(self))

    @property
    def ancestors(self) -> Selection:
        """The spans above it, nearest first."""
        return self._trace.select(self._trace.scope.tree.ancestors(self))

    @property
    def siblings(self) -> Selection:
        """The other spans that its parent started."""
        return self._trace.select(self._trace.scope.tree.siblings(self))

    @property
    def _trace(self) -> Home:
        if self._home is None:
            raise TracesError(f"span {self.name!r} belongs to no trace, so it has no relatives")
        return self._home


class Selection(Queries[Span, "Selection"], Expectations[Span, "Selection"]):
    """An immutable sequence of spans in the order of their trace; empty is falsy.

    >>> trace.tools.names
    ['geocode', 'get_weather']
    >>> trace.tools.find(status="success").count
    2
    """

    __slots__ = ("_home", "_own_scope")

    def __init__(self, home: Home, spans: Iterable[SpanData]) -> None:
        self._home = home
        self._own_scope = home.scope.narrowed(spans)

    @property
    def count(self) -> int:
        """The number of spans."""
        return len(self)

    @property
    def children(self) -> Selection:
        """The spans that these started themselves."""
        return self._gather(self._own_scope.tree.children)

    @property
    def descendants(self) -> Selection:
        """The spans below these, at any depth."""
        return self._gather(self._own_scope.tree.descendants)

    @property
    def ancestors(self) -> Selection:
        """The spans above these, at any depth."""
        return self._gather(self._own_scope.tree.ancestors)

    @property
    def siblings(self) -> Selection:
        """The other spans that the parents of these started."""
        return self._gather(self._own_scope.tree.siblings)

    @overload
    def __getitem__(self, at: int) -> Span: ...
    @overload
    def __getitem__(self, at: slice) -> Selection: ...
    def __getitem__(self, at: int | slice) -> Span | Selection:
        __tracebackhide__ = True
        found = self._own_scope.spans[at]
        return self._home.span(found) if isinstance(found, SpanData) else self._home.select(found)

    def __len__(self) -> int:
        return len(self._own_scope.spans)

    def __iter__(self) -> Iterator[Span]:
        return map(self._home.span, self._own_scope.spans)

    def index(self, wanted: Span | Text) -> int:
        """Return the index of a span, or of the first one that matches a name; fail the test if none does."""
        __tracebackhide__ = True
        return self._own_scope.spans.index(wanted if isinstance(wanted, SpanData) else self.first(wanted))

    def __contains__(self, wanted: object) -> bool:
        """Look for a span, or for a name as `find` does."""
        __tracebackhide__ = True
        if isinstance(wanted, SpanData):
            return wanted in self._own_scope.spans
        return bool(self.find(wanted))  # type: ignore[arg-type]  # what is no name is refused there

    def __eq__(self, other: object) -> bool:
        """Compare with spans, or with their names."""
        __tracebackhide__ = True
        require_names(other, self._own_scope.tree)
        if isinstance(other, (Selection, list, tuple)):
            return len(self) == len(other) and all(map(are_alike, self, other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._own_scope.spans)

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self._own_scope.spans[:_SHOWN]))
        return f"[{shown}{f', … {len(self) - _SHOWN} more' if len(self) > _SHOWN else ''}]"

    def _look(self, type: str | None = None) -> Look[Span, Selection]:
        return Look(self._own_scope, self._home.span, self._home.select)

    def _gather(self, relatives: Callable[[SpanData], Iterable[SpanData]]) -> Selection:
        found = {one.call_id for span in self._own_scope.spans for one in relatives(span)}
        return self._home.select(span for span in self._own_scope.tree.spans if span.call_id in found)


Sequence.register(Selection)
