"""The queries: what can be asked of a trace, and of any selection of its spans."""

from __future__ import annotations

from typing import Any

from pytest_traces.assertions.names import Names
from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.matching.texts import Text, anything
from pytest_traces.assertions.queries.totals import total_elapsed, total_usage
from pytest_traces.assertions.subject import Many, One, Subject
from pytest_traces.model.consumption.usage import Usage


class Queries(Subject[One, Many]):
    """`one first last find`, the spans of the usual types, and what all spans have together."""

    __slots__ = ()

    def one(self, name: Text = anything, /, **conditions: Any) -> One:
        """Return the only span that matches; otherwise fail the test and draw the trace.

        >>> trace.one("get_weather", type="tool").input
        {'city': 'Paris'}
        """
        __tracebackhide__ = True
        look = self._look()
        return look.span(look.scope.one(Conditions(name, conditions)))

    def first(self, name: Text = anything, /, **conditions: Any) -> One:
        """Return the first span that matches; fail the test if none does."""
        __tracebackhide__ = True
        look = self._look()
        return look.span(look.scope.required(Conditions(name, conditions))[0])

    def last(self, name: Text = anything, /, **conditions: Any) -> One:
        """Return the last span that matches; fail the test if none does."""
        __tracebackhide__ = True
        look = self._look()
        return look.span(look.scope.required(Conditions(name, conditions))[-1])

    def find(self, name: Text = anything, /, **conditions: Any) -> Many:
        """Return every span that matches, perhaps none; a misspelt query that matches none is refused.

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
        """The names of the spans, in order: a list that a failed `assert` explains."""
        return Names(self._scope())

    @property
    def usage(self) -> Usage:
        """What the spans and their descendants consumed, nothing counted twice; without spans it fails the test."""
        return total_usage(self._scope())

    @property
    def elapsed(self) -> float | None:
        """Milliseconds in which at least one span ran; `None` while one runs; without spans it fails the test."""
        return total_elapsed(self._scope())
