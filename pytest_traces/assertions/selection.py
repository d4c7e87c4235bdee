"""Some spans of a trace, in its order, that can be asked further."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, overload

from pytest_traces.analysis.retries import RetryRule
from pytest_traces.assertions.comparing import Names, are_alike
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.misspelt import refuse_slips, refuse_unknown_type
from pytest_traces.assertions.queries.texts import Text, anything, is_glob
from pytest_traces.assertions.vocabulary import Expectations
from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.errors import EmptyTrace, SpanNotFound
from pytest_traces.model.event import Event
from pytest_traces.model.span import Span
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.usage import Usage

_ROWS = 60  # a tree in a message is folded to about this many lines


class Family:
    """What every selection of a trace shares: its tree, and why it would be empty.

    Spans ask it about their relatives.
    """

    retry_rule: RetryRule = "failed"
    """What a budget takes for a retry."""

    def __init__(self, tree: SpanTree, why_empty: Callable[[], str] = str) -> None:
        self.tree = tree
        self.why_empty = why_empty
        for span in tree.spans:
            private = span.__pydantic_private__
            assert private is not None, "unreachable because spans have private attributes"
            private["_relatives"] = self

    def require_spans(self) -> None:
        """Raise `EmptyTrace` where nothing was recorded: nothing can be said about it, not even `never`."""
        __tracebackhide__ = True
        if not self.tree.spans:
            raise EmptyTrace("nothing was recorded in this test", tree=self.why_empty())

    def select(self, spans: Iterable[Span]) -> Selection:
        """Return some spans as a selection."""
        return Selection(self, spans)

    def machinery(self) -> Selection:
        """Return the spans that the tree leaves out, with the relatives they really have."""
        shown, whole = self.tree, self.tree.whole
        family = self if whole is shown else Family(whole, self.why_empty)
        family.require_spans()
        return family.select(span for span in whole.spans if span.call_id not in shown.by_id)

    def draw(self, notes: dict[str, str] | None = None) -> str:
        """Draw the whole trace for a message."""
        return draw_tree(self.tree, outline, notes=notes, limit=_ROWS)

    def events_of(self, span: Span) -> tuple[Event, ...]:
        return self.tree.events_of(span)

    def parent_of(self, span: Span) -> Span | None:
        return self.tree.parent(span)

    def depth_of(self, span: Span) -> int:
        return self.tree.depth(span)

    def children_of(self, span: Span) -> Selection:
        return self.select(self.tree.children(span))

    def descendants_of(self, span: Span) -> Selection:
        return self.select(one for one in self.tree.below([span]) if one is not span)

    def ancestors_of(self, span: Span) -> Selection:
        return self.select(self.tree.ancestors(span))

    def siblings_of(self, span: Span) -> Selection:
        parent = self.tree.parent(span)
        among = self.tree.roots if parent is None else self.tree.children(parent)
        return self.select(one for one in among if one is not span)


class Selection(Expectations):
    """An immutable sequence of spans in the order of their trace; empty is falsy.

    >>> trace.tools.names
    ['geocode', 'get_weather']
    >>> trace.tools.find(status="success").count
    2
    """

    __slots__ = ("_family", "_spans")

    def __init__(self, family: Family, spans: Iterable[Span]) -> None:
        self._family = family
        self._spans = tuple(spans)

    def _about(self, type: str | None = None) -> Selection:
        self._family.require_spans()
        return self

    def one(self, name: Text = anything, /, **conditions: Any) -> Span:
        """Return the only span that matches; otherwise fail the test and draw the trace.

        >>> trace.one("get_weather", type="tool").input
        {'city': 'Paris'}
        """
        __tracebackhide__ = True
        asked = Conditions(name, conditions)
        found = self._matching(asked)
        if len(found) != 1:
            raise self._not_found(asked, "1", found)
        return found[0]

    def first(self, name: Text = anything, /, **conditions: Any) -> Span:
        """Return the first span that matches; fail the test where none does."""
        __tracebackhide__ = True
        return self._found(Conditions(name, conditions))[0]

    def last(self, name: Text = anything, /, **conditions: Any) -> Span:
        """Return the last span that matches; fail the test where none does."""
        __tracebackhide__ = True
        return self._found(Conditions(name, conditions))[-1]

    def find(self, name: Text = anything, /, **conditions: Any) -> Selection:
        """Return every span that matches, perhaps none; what matches none because it is misspelt is refused.

        `name` is exact, a glob, a regex or a predicate; conditions are `type path status model tags error input
        output metadata attributes source under`. A mapping matches part of a mapping.
        """
        __tracebackhide__ = True
        asked = Conditions(name, conditions)
        found = self._matching(asked)
        if not found:
            refuse_slips(asked, self._family.tree)
        return Selection(self._family, found)

    @property
    def names(self) -> Names:
        """Their names, in order: a list that, compared in a plain `assert`, says what differs."""
        return Names(self)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._spans)

    @property
    def usage(self) -> Usage:
        """What they and their descendants consumed, nothing counted twice; of none it raises `SpanNotFound`."""
        self._require_some("usage")
        below = self._family.tree.below(self._spans)
        return Usage.total(span.own_usage for span in below if span.own_usage.by_model or _counts(span))

    @property
    def elapsed(self) -> float | None:
        """Milliseconds during which at least one of them ran; `None` while one still runs.

        Raises `SpanNotFound` where there are none.
        """
        self._require_some("elapsed time")
        total, reach = 0.0, -math.inf
        for span in sorted(self._spans, key=lambda span: span.t0):
            if span.t1 is None:
                return None
            total += max(span.t1 - max(span.t0, reach), 0.0)  # in this order what is no number remains none
            reach = max(reach, span.t1)
        return total

    @property
    def children(self) -> Selection:
        """The spans they started themselves."""
        return self._gather(self._family.tree.children)

    @property
    def descendants(self) -> Selection:
        """Every span below them."""
        return self._gather(lambda span: [one for one in self._family.tree.below([span]) if one is not span])

    @property
    def ancestors(self) -> Selection:
        """Every span above them."""
        return self._gather(lambda span: list(self._family.tree.ancestors(span)))

    @property
    def siblings(self) -> Selection:
        """The other spans their parents started."""
        return self._gather(lambda span: list(self._family.siblings_of(span)))

    @overload
    def __getitem__(self, at: int) -> Span: ...
    @overload
    def __getitem__(self, at: slice) -> Selection: ...
    def __getitem__(self, at: int | slice) -> Span | Selection:
        return Selection(self._family, self._spans[at]) if isinstance(at, slice) else self._spans[at]

    def __len__(self) -> int:
        return len(self._spans)

    def __iter__(self) -> Iterator[Span]:
        return iter(self._spans)

    def index(self, wanted: Span | Text) -> int:
        """Return where a span is, or the first one that a name matches; fail the test where none does."""
        __tracebackhide__ = True
        return self._spans.index(wanted if isinstance(wanted, Span) else self.first(wanted))

    def __contains__(self, wanted: object) -> bool:
        """Look for a span, or for a name as `find` does."""
        __tracebackhide__ = True
        if isinstance(wanted, Span):
            return wanted in self._spans
        return bool(self.find(wanted))  # type: ignore[arg-type]  # what is no name is refused there

    def __eq__(self, other: object) -> bool:
        """Compare with spans, or with their names."""
        if isinstance(other, (Selection, list, tuple)):
            return len(self) == len(other) and all(map(are_alike, self, other))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._spans)

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self._spans[:5]))
        return f"[{shown}{f', … {len(self) - 5} more' if len(self) > 5 else ''}]"

    def _matching(self, asked: Conditions) -> Sequence[Span]:
        self._family.require_spans()
        spans: Sequence[Span] = self._spans
        tree = self._family.tree
        if isinstance(asked.name, str) and spans is tree.spans and not is_glob(asked.name):
            spans = tree.named(asked.name)
        refuse_unknown_type(asked, tree)
        return [span for span in spans if asked.holds(span, tree)]

    def _require_some(self, what: str) -> None:
        """Fail where nothing was selected: what does not exist took no time and no tokens, and not 0 of them."""
        __tracebackhide__ = True
        self._family.require_spans()
        if not self._spans:
            raise SpanNotFound(f"expected some spans to tell the {what} of, there are none", tree=self._family.draw())

    def _found(self, asked: Conditions) -> Sequence[Span]:
        found = self._matching(asked)
        if not found:
            raise self._not_found(asked, "at least 1", found)
        return found

    def _not_found(self, asked: Conditions, wanted: str, found: Sequence[Span]) -> SpanNotFound:
        notes = {span.call_id: str(number) for number, span in enumerate(found, 1)} or self.nearest_miss(asked)
        why = "" if found else asked.miss(self._spans, self._family.tree)
        headline = f"expected {wanted} {asked.describe()}, found {len(found)}{why}"
        return SpanNotFound(headline, tree=self._family.draw(notes))

    def nearest_miss(self, asked: Conditions) -> dict[str, str]:
        """Return a note for the span that comes nearest to what was asked, saying what it has instead."""
        near = self._nearest(asked)
        return {} if near is None else {near.call_id: asked.difference(near, self._family.tree)}

    def _nearest(self, asked: Conditions) -> Span | None:
        """Return the span that breaks the fewest clauses; among equals the one most alike in name."""
        tree = self._family.tree

        def distance(span: Span) -> tuple[int, float]:
            broken = asked.broken(span, tree)
            unlike = 1.0 - SequenceMatcher(None, str(asked.name), span.name).ratio() if "name" in broken else 0.0
            return len(broken), unlike

        near = min(self._spans, key=distance, default=None)
        if near is None:
            return None
        broken, unlike = distance(near)
        return near if (broken < len(asked) or len(asked) == 1) and unlike <= 0.5 else None

    def _gather(self, relatives: Callable[[Span], Sequence[Span]]) -> Selection:
        found = {one.call_id for span in self._spans for one in relatives(span)}
        return Selection(self._family, (span for span in self._family.tree.spans if span.call_id in found))


Sequence.register(Selection)


def _counts(span: Span) -> bool:
    return bool(span.own_usage.counters or span.own_usage.unreported)
