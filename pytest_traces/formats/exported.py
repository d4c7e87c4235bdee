"""A span as OpenTelemetry-like files hold it, before its attributes are understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pytest_traces.conventions.content import Noted


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
    events: list[Noted] = field(default_factory=list)
    failed: bool | None = None
    """What its status says; `None` where it says nothing."""
    message: str = ""
    """Why it failed, in the words of its status."""
    service: str | None = None
    """The process that ran it."""
