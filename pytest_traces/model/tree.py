"""The spans of a trace in start order, with the parent and the children of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from pytest_traces.model.building import trusted
from pytest_traces.model.event import Event
from pytest_traces.model.span import SpanData
from pytest_traces.model.stray import Stray

Stamped = TypeVar("Stamped", SpanData, Event)


class SpanTree:
    """The spans and events of one trace, indexed.

    A span whose parent was never recorded is a root. Nothing here recurses: traces can be deep.
    """

    def __init__(
        self,
        spans: Iterable[SpanData] = (),
        events: Callable[[], Iterable[Event]] = tuple,
        noted: Callable[[], Iterable[Event]] = tuple,
        whole: Callable[[], SpanTree] | None = None,
    ) -> None:
        self.spans: tuple[SpanData, ...] = tuple(spans)
        self.strays: tuple[Stray, ...] = ()
        """Spans that may belong to this trace and are not in it."""
        self.by_id: dict[str, SpanData] = {span.call_id: span for span in self.spans}
        self._children: dict[str, list[SpanData]] = {}
        self._make_events = events
        self._make_noted = noted
        self._make_whole = whole
        roots = []
        for span in self.spans:
            parent = span.parent_call_id
            if parent is not None and parent in self.by_id:
                self._children.setdefault(parent, []).append(span)
            else:
                roots.append(span)
        self.roots: tuple[SpanData, ...] = tuple(roots)

    @cached_property
    def whole(self) -> SpanTree:
        """The same trace with the steps of frameworks that this tree leaves out."""
        return self if self._make_whole is None else self._make_whole()

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every event in order, `start` and `output` of each span included."""
        return tuple(self._make_events())

    @cached_property
    def noted(self) -> tuple[Event, ...]:
        """The events except `start` and `output`."""
        return tuple(self._make_noted())

    @cached_property
    def _events_by_call(self) -> dict[str, list[Event]]:
        by_call: dict[str, list[Event]] = {}
        for event in self.events:
            by_call.setdefault(event.call_id, []).append(event)
        return by_call

    @cached_property
    def _by_name(self) -> dict[str, list[SpanData]]:
        by_name: dict[str, list[SpanData]] = {}
        for span in self.spans:
            by_name.setdefault(span.name, []).append(span)
        return by_name

    def named(self, name: str) -> Sequence[SpanData]:
        """Return the spans of exactly this name."""
        return self._by_name.get(name, ())

    def events_of(self, span: SpanData) -> tuple[Event, ...]:
        """Return the events of one span."""
        return tuple(self._events_by_call.get(span.call_id, ()))

    def parent(self, span: SpanData) -> SpanData | None:
        """Return the parent of a span; `None` for a root."""
        return None if span.parent_call_id is None else self.by_id.get(span.parent_call_id)

    def children(self, span: SpanData) -> Sequence[SpanData]:
        """Return the direct children of a span, in start order."""
        return self._children.get(span.call_id, ())

    def ancestors(self, span: SpanData) -> Iterator[SpanData]:
        """Yield the ancestors of a span, the nearest first."""
        above = self.parent(span)
        while above is not None:
            yield above
            above = self.parent(above)

    def below(self, tops: Iterable[SpanData]) -> Iterator[SpanData]:
        """Yield these spans and their descendants, parents before children, each span once."""
        seen: set[str] = set()
        stack = list(tops)[::-1]
        while stack:
            span = stack.pop()
            call_id = span.call_id
            if call_id not in seen:
                seen.add(call_id)
                yield span
                if call_id in self._children:
                    stack.extend(reversed(self._children[call_id]))

    def descendants(self, span: SpanData) -> Sequence[SpanData]:
        """Return the descendants of a span, parents before children."""
        return [*self.below([span])][1:]

    def siblings(self, span: SpanData) -> Sequence[SpanData]:
        """Return the other children of the parent; for a root, the other roots."""
        parent = self.parent(span)
        among = self.roots if parent is None else self.children(parent)
        return [one for one in among if one.call_id != span.call_id]

    def depth(self, span: SpanData) -> int:
        """Return the number of ancestors."""
        return sum(1 for _ in self.ancestors(span))

    def nearest(self, span: SpanData, type: str) -> SpanData | None:
        """Return the nearest ancestor of a type."""
        return next((above for above in self.ancestors(span) if above.type == type), None)

    def without_order(self) -> SpanTree:
        """Return the same trace without lanes: only clock times order its spans."""
        return SpanTree(
            map(_without_stamp, self.spans),
            events=lambda: map(_without_stamp, self.events),
            noted=lambda: map(_without_stamp, self.noted),
            whole=None if self._make_whole is None else lambda: self.whole.without_order(),
        )


def _without_stamp(model: Stamped) -> Stamped:
    private = {**(model.__pydantic_private__ or {}), "_stamp": None}
    return trusted(type(model), model.__dict__, private)
