"""Sequences for a plain `assert`: the names of spans, and rows of retries, events or runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any, TypeVar

from pytest_traces.assertions.queries.conditions import Conditions
from pytest_traces.assertions.queries.mistakes.absence import require_absent
from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.errors import TracesError
from pytest_traces.model.span import SpanData
from pytest_traces.model.tree import SpanTree
from pytest_traces.model.words.compared import require_no_text
from pytest_traces.spelling import is_glob

T = TypeVar("T")


class Names(list[str]):
    """The names of spans; it keeps the spans, so that a failed comparison can draw them.

    `in` and `count` take a name, a glob or a regex, as `find` does; a misspelt name is refused. `==` compares whole
    names with a list or a tuple.
    """

    __slots__ = ("scope",)

    def __init__(self, scope: Scope) -> None:
        super().__init__(span.name for span in scope.spans)
        self.scope = scope

    def __contains__(self, wanted: object) -> bool:
        """Look for a span, or for a name as `find` does."""
        __tracebackhide__ = True
        return self.count(wanted) > 0

    def count(self, wanted: Any, /) -> int:
        """Return how many spans match a name, as `find` matches it."""
        __tracebackhide__ = True
        if isinstance(wanted, SpanData):
            return self.scope.spans.count(wanted)
        return len(self.scope.find(Conditions(wanted))) if self else 0

    def __eq__(self, other: object) -> bool:
        __tracebackhide__ = True
        require_names(other, self.scope.tree)
        return list.__eq__(self, list(other) if isinstance(other, tuple) else other)

    def __ne__(self, other: object) -> bool:
        __tracebackhide__ = True
        return not self == other

    __hash__ = None


class Row(tuple[T, ...]):
    """A tuple that equals a list of the same items: `trace.retries == []` is true if there are none.

    A text is compared with each item by the rule of the item; a misspelt text is refused.
    """

    tree: SpanTree | None

    def __new__(cls, things: Iterable[T] = (), tree: SpanTree | None = None) -> Row[T]:
        row = super().__new__(cls, things)
        row.tree = tree
        return row

    def __contains__(self, wanted: object) -> bool:
        __tracebackhide__ = True
        return self.count(wanted) > 0

    def count(self, wanted: Any, /) -> int:
        """Return how many items equal this one, or match a text."""
        __tracebackhide__ = True
        if isinstance(wanted, re.Pattern):
            raise TracesError(f"a regex is not compared with a row, got {wanted!r}")
        wanted = wanted.value if isinstance(wanted, Enum) else wanted
        found = sum(1 for thing in self if thing == wanted)
        if not found and isinstance(wanted, str) and self.tree is not None:
            require_absent(Conditions(wanted), self.tree)
        return found

    def __eq__(self, other: object) -> bool:
        require_no_text(other, "things in a row")
        return tuple(self) == (tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__


def are_alike(span: SpanData, expected: Any) -> bool:
    """Return whether a span is the expected one: the same span, or one of the expected name."""
    return bool(expected == (span.name if isinstance(expected, str) else span))


def require_names(expected: object, tree: SpanTree) -> None:
    """Refuse values that names of spans never equal: a text, a set, a list that holds a glob."""
    require_no_text(expected, "spans and their names")
    for name in expected if isinstance(expected, (list, tuple)) else ():
        if is_glob(name) and not tree.named(name):
            raise TracesError(f"names are compared whole: {name!r} is no name here; assert_sequence() takes patterns")
