"""A span as OpenTelemetry-like files hold it, before its attributes are understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class ExportedEvent(NamedTuple):
    """Something noted on an exported span."""

    name: str
    t: float
    attributes: Mapping[str, Any]


@dataclass(slots=True)
class Exported:
    """A span in its exporter's words."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    t0: float
    """Unix milliseconds, as everywhere."""
    t1: float | None
    source: str
    """Who recorded it: the instrumentation scope, else the format."""
    line: int
    attributes: dict[str, Any] = field(default_factory=dict)
    events: list[ExportedEvent] = field(default_factory=list)
    failed: bool | None = None
    """What its status says; `None` where it says nothing."""
    message: str = ""
    """Why it failed, in the words of its status."""
    service: str | None = None
    """The process that ran it."""

    def event(self, name: str) -> ExportedEvent | None:
        """Return the last event of a name."""
        return next((event for event in reversed(self.events) if event.name == name), None)
