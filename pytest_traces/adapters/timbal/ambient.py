"""State that Timbal keeps from run to run in one task, and that a test must not inherit."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from timbal.state import get_call_id, get_run_context, set_call_id, set_parent_call_id, set_run_context
from timbal.state.tracing.providers import (
    TRACING_UNSET,
    InMemoryTracingProvider,
    PlatformTracingProvider,
)

from pytest_traces.adapters.toolkit.backend import is_kept_home


def leave_finished_run(unless: Collection[str] = ()) -> None:
    """Leave a finished run: otherwise the next run continues it, and an agent loads its memory.

    Inside a call nothing is left: background work goes on in a run that is over.
    """
    context = get_run_context() if get_call_id() is None else None
    root = context.root_span() if context is not None else None
    if context is not None and root is not None and root.t1 is not None and context.id not in unless:
        set_run_context(None)
        set_call_id(None)
        set_parent_call_id(None)


def stay_offline(context: Any) -> None:
    """Keep the trace of a run in memory if only the environment makes Timbal upload it."""
    if not is_kept_home():
        return
    if context.tracing_provider is TRACING_UNSET and context._tracing_provider is PlatformTracingProvider:
        context._tracing_provider = InMemoryTracingProvider
