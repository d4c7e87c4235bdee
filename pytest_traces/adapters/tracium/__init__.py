"""Tracium: its traces and spans as they open and close, with what its SDK drops on the way, and without network."""

from __future__ import annotations

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.tracium.automatic import leave_loops_alone, watch_automatic
from pytest_traces.adapters.tracium.cache_counts import watch_cache_counts
from pytest_traces.adapters.tracium.entering import watch_contexts, watch_what_is_dropped
from pytest_traces.adapters.tracium.forgetting import forget as forget
from pytest_traces.adapters.tracium.ledger import Ledger
from pytest_traces.adapters.tracium.managing import watch_handles, watch_managers
from pytest_traces.adapters.tracium.offline import stay_offline
from pytest_traces.adapters.tracium.reported import watch_client
from pytest_traces.adapters.tracium.traces import Traces


def watch(made: Patches, source: Source) -> None:
    """Record Tracium wherever a test records."""
    ledger = Ledger()
    traces = Traces(ledger)
    stay_offline(made)
    watch_managers(made, traces)
    watch_handles(made, traces)
    watch_automatic(made)
    leave_loops_alone(made)
    watch_contexts(made, traces, ledger)
    watch_what_is_dropped(made, ledger)
    watch_client(made, ledger)
    watch_cache_counts(made)
    made.undone_by(forget)  # automatic traces are closed while they cannot be sent
