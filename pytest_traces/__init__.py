"""Test what your agent did, not only what it answered."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_traces.assertions.queries.conditions import call
    from pytest_traces.assertions.queries.matching.arguments import at_most, exactly
    from pytest_traces.assertions.sequences.patterns import either, optional, parallel, repeat
    from pytest_traces.errors import (
        CorruptFile,
        EmptyTrace,
        ExpectationError,
        Mismatch,
        RunawayTrace,
        SnapshotMismatch,
        SnapshotMissing,
        SpanNotFound,
        TracesError,
        UnknownCondition,
        UsageNotRecorded,
    )
    from pytest_traces.model.consumption.usage import Usage
    from pytest_traces.model.event import Event
    from pytest_traces.trace.fixture import TraceFixture
    from pytest_traces.trace.record import record
    from pytest_traces.trace.run import Retry, Run
    from pytest_traces.trace.selection import Selection, Span
    from pytest_traces.trace.trace import Trace

__all__ = [
    "CorruptFile",
    "EmptyTrace",
    "Event",
    "ExpectationError",
    "Mismatch",
    "Retry",
    "Run",
    "RunawayTrace",
    "Selection",
    "SnapshotMismatch",
    "SnapshotMissing",
    "Span",
    "SpanNotFound",
    "Trace",
    "TraceFixture",
    "TracesError",
    "UnknownCondition",
    "Usage",
    "UsageNotRecorded",
    "at_most",
    "call",
    "either",
    "exactly",
    "optional",
    "parallel",
    "record",
    "repeat",
]

_HOMES = {
    "pytest_traces.assertions.queries.matching.arguments": ("at_most", "exactly"),
    "pytest_traces.assertions.queries.conditions": ("call",),
    "pytest_traces.assertions.sequences.patterns": ("either", "optional", "parallel", "repeat"),
    "pytest_traces.model.event": ("Event",),
    "pytest_traces.model.consumption.usage": ("Usage",),
    "pytest_traces.trace.fixture": ("TraceFixture",),
    "pytest_traces.trace.record": ("record",),
    "pytest_traces.trace.run": ("Retry", "Run"),
    "pytest_traces.trace.selection": ("Selection", "Span"),
    "pytest_traces.trace.trace": ("Trace",),
}


def __getattr__(name: str) -> Any:
    """Import a public name at its first use: loading the plugin must cost next to nothing."""
    if name == "__version__":
        return version("pytest-traces")
    if name not in __all__:
        raise AttributeError(f"module 'pytest_traces' has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), "pytest_traces.errors")
    return getattr(import_module(home), name)
