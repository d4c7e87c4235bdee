"""Tracium: its traces and spans as they open and close, with what its SDK drops on the way, and without network."""

from __future__ import annotations

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.tracium.automatic import leave_loops_alone, watch_automatic, watch_cache_counts
from pytest_traces.adapters.tracium.client import watch_client
from pytest_traces.adapters.tracium.offline import stay_offline
from pytest_traces.adapters.tracium.reset import forget as forget
from pytest_traces.adapters.tracium.spans import Spans, watch_spans, watch_what_is_dropped
from pytest_traces.adapters.tracium.traces import Traces, watch_handles, watch_managers


def watch(made: Patches, source: Source) -> None:
    """Record Tracium wherever a test records."""
    traces = Traces(source)
    spans = Spans(source, traces)
    stay_offline(made)
    watch_managers(made, source, traces)
    watch_handles(made, traces)
    watch_automatic(made)
    leave_loops_alone(made)
    watch_spans(made, spans)
    watch_what_is_dropped(made, source, spans)
    watch_client(made, source)
    watch_cache_counts(made)
