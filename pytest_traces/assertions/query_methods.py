"""Every query of a trace, and of a selection of its spans, on one page."""

from __future__ import annotations

from typing import Any

from pytest_traces.assertions.names import Names
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.matching.texts import Text, anything
from pytest_traces.assertions.queries.totals import total_elapsed, total_usage
from pytest_traces.assertions.subject import Many, One, Subject
from pytest_traces.model.consumption.usage import Usage


class Queries(Subject[One, Many]):
    """`one first last find`, the spans of the usual types, and sums over spans."""

    __slots__ = ()

    def one(self, name: Text = anything, /, **conditions: Any) -> One:
        """Return the only span that matches; raise `SpanNotFound` with the drawn trace if none or several do.

        >>> trace.one("get_weather", type="tool").input
        {'city': 'Paris'}
        """
        __tracebackhide__ = True
        look = self._look()
        return look.span(look.scope.one(Conditions(name, conditions)))

    def first(self, name: Text = anything, /, **conditions: Any) -> One:
        """Return the first span that matches; raise `SpanNotFound` if none does."""
        __tracebackhide__ = True
        look = self._look()
        return look.span(look.scope.required(Conditions(name, conditions))[0])

    def last(self, name: Text = anything, /, **conditions: Any) -> One:
        """Return the last span that matches; raise `SpanNotFound` if none does."""
        __tracebackhide__ = True
        look = self._look()
        return look.span(look.scope.required(Conditions(name, conditions))[-1])

    def find(self, name: Text = anything, /, **conditions: Any) -> Many:
        """Return every span that matches, perhaps none; raise `TracesError` if none does and the query is misspelt.

        `name` is exact, a glob, a regex or a predicate; conditions are `type path status model tags error input
        output metadata attributes source under`. A mapping matches part of a mapping.
        """
        __tracebackhide__ = True
        look = self._look()
        return look.select(look.scope.find(Conditions(name, conditions)))

    @property
    def tools(self) -> Many:
        """The calls of tools."""
        return self.find(type="tool")

    @property
    def llms(self) -> Many:
        """The calls of language models."""
        return self.find(type="llm")

    @property
    def agents(self) -> Many:
        """The turns of agents."""
        return self.find(type="agent")

    @property
    def retrievals(self) -> Many:
        """The retrievals and searches."""
        return self.find(type="retrieval")

    @property
    def names(self) -> Names:
        """The names of the spans, in order; a failed `assert` on them draws the tree."""
        return Names(self._scope())

    @property
    def usage(self) -> Usage:
        """The usage of the spans and their descendants, each call once; raises `SpanNotFound` without spans."""
        return total_usage(self._scope())

    @property
    def elapsed(self) -> float | None:
        """Milliseconds in which at least one span ran; `None` while one runs; raises `SpanNotFound` without spans."""
        return total_elapsed(self._scope())
