"""The spans of a file: as exported, and as fields of the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pytest_traces.conventions.content import SpanEvent
from pytest_traces.model.lane import Stamp
from pytest_traces.model.span import SpanData


@dataclass(slots=True)
class ExportedSpan:
    """A span of OpenTelemetry or Jaeger, before its attributes are read."""

    trace_id: str
    span_id: str
    parent_id: str | None
    name: str
    t0: float
    """Unix milliseconds."""
    t1: float | None
    source: str
    """The instrumentation scope, else the format."""
    line: int
    attributes: dict[str, Any] = field(default_factory=dict)
    events: list[SpanEvent] = field(default_factory=list)
    failed: bool | None = None
    """Its status: ERROR is `True`, OK is `False`, UNSET is `None`."""
    message: str = ""
    """The message of its status."""
    service: str | None = None
    """The process that ran it."""


class FileNote(NamedTuple):
    """An event of a span in a file, except its start and output."""

    type: str
    t: float
    payload: Any = None
    clock: int | None = None
    """Logical time, if the file has it."""


@dataclass(slots=True)
class FileSpan:
    """A span with the fields of the model, before its place in the tree is known."""

    span: SpanData
    """Its usage is its own, descendants left out."""
    line: int
    notes: list[FileNote] = field(default_factory=list)
    stamp: Stamp | None = None
    exported_id: str = ""
    """Its id in another tool's file: the call may have an id of its own."""
    foreign: bool = False
    """Whether another tool recorded it; its attributes then decide whether it is machinery."""
