"""Spans and events before their place in the tree is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.lane import Stamp


@dataclass(slots=True)
class Draft:
    """A span before it has a place in a tree: its fields and its logical times."""

    fields: dict[str, Any]
    """Every field of a span. `usage` is its own; `path` and `run_id` may be `None` below another draft."""
    started: int
    """Logical time of the start: a parent starts before its children."""
    ended: int | None
    """Logical time of the end; `None` while running."""
    stamp: Stamp | None
    """Orders the span among its siblings; `None` if only the clock can."""
    machinery: bool = False
    """Whether it is a step of a framework itself: a tree leaves it out, unless it is a model call."""
    repeats: frozenset[str] = frozenset()
    """Sources that record the same call: a tree leaves the span out if the trace has spans of one of them."""

    @property
    def call_id(self) -> str:
        """Identifies the span within its trace."""
        call_id: str = self.fields["call_id"]
        return call_id

    @property
    def parent_id(self) -> str | None:
        """The call id of the span above."""
        parent_id: str | None = self.fields["parent_call_id"]
        return parent_id

    @property
    def usage(self) -> Usage | None:
        """Its own usage; `None` if none was reported."""
        usage: Usage | None = self.fields["usage"]
        return usage

    @property
    def after(self) -> frozenset[str]:
        """Call ids of the spans that its framework declares as predecessors."""
        return frozenset() if self.stamp is None else self.stamp.after


class Note(NamedTuple):
    """An event before it is in a tree; the `start` and `output` events are added later."""

    call_id: str
    type: str
    t: float
    """Unix milliseconds."""
    payload: Any
    clock: int
    """Logical time."""
