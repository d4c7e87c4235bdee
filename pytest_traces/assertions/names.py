"""Sequences that a plain `assert` compares: the names of spans, and rows of other things."""

from __future__ import annotations

from typing import Any, TypeVar

from pytest_traces.assertions.queries.scope import Scope
from pytest_traces.model.span import SpanData

T = TypeVar("T")


class Names(list[str]):
    """The names of some spans; it keeps the spans, so that a failed comparison can draw them."""

    __slots__ = ("scope",)

    def __init__(self, scope: Scope) -> None:
        super().__init__(span.name for span in scope.spans)
        self.scope = scope


class Row(tuple[T, ...]):
    """A tuple that equals a list of the same things: `trace.retries == []` says that there are none."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__


def are_alike(span: SpanData, expected: Any) -> bool:
    """Return whether a span is what is expected in its place: the same span, or one of that name."""
    return bool(expected == (span.name if isinstance(expected, str) else span))
