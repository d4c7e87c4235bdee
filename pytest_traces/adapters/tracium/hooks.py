"""The hooks of Tracium."""

from __future__ import annotations

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.tracium.automatic_traces import watch_automatic
from pytest_traces.adapters.tracium.client import watch_client
from pytest_traces.adapters.tracium.offline import stay_offline
from pytest_traces.adapters.tracium.spans import Spans
from pytest_traces.adapters.tracium.traces import Traces


def watch(made: Patches, source: Source) -> None:
    """Record Tracium wherever a test records."""
    traces = Traces(source)
    stay_offline(made)
    traces.watch(made)
    watch_automatic(made)
    Spans(source, traces).watch(made)
    watch_client(made, source)
