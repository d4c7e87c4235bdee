"""Tracium: its traces and spans as they open and close, with what its SDK drops on the way, and without network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pytest_traces.adapters.toolkit.patches import patches


@contextmanager
def capture() -> Iterator[Callable[[], None]]:
    """Record Tracium wherever a test records; yields what makes it forget the last test."""
    from pytest_traces.adapters.tracium.automatic import leave_loops_alone, watch_automatic
    from pytest_traces.adapters.tracium.cache_counts import watch_cache_counts
    from pytest_traces.adapters.tracium.entering import watch_contexts, watch_what_is_dropped
    from pytest_traces.adapters.tracium.forgetting import forget
    from pytest_traces.adapters.tracium.ledger import Ledger
    from pytest_traces.adapters.tracium.managing import watch_handles, watch_managers
    from pytest_traces.adapters.tracium.offline import stay_offline
    from pytest_traces.adapters.tracium.reported import watch_client
    from pytest_traces.adapters.tracium.traces import Traces

    ledger = Ledger()
    traces = Traces(ledger)
    with patches() as made:
        stay_offline(made)
        watch_managers(made, traces)
        watch_handles(made, traces)
        watch_automatic(made)
        leave_loops_alone(made)
        watch_contexts(made, traces, ledger)
        watch_what_is_dropped(made, ledger)
        watch_client(made, ledger)
        watch_cache_counts(made)
        try:
            yield forget
        finally:
            forget()  # automatic traces are closed while nobody can send them
