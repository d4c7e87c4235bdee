"""Resets what Tracium keeps from test to test."""

from __future__ import annotations

from typing import Any

from tracium.context.trace_context import CURRENT_SPAN, CURRENT_TRACE_STATE
from tracium.helpers import parallel_tracker
from tracium.instrumentation import auto_trace_tracker, thread_propagation
from tracium.utils import tool_call_registry

from pytest_traces.adapters.tracium.traces import begun_by


def forget() -> None:
    """Close and leave automatic traces; the setup of the program stays unchanged."""
    auto_trace_tracker.cleanup_auto_trace()
    if _is_leftover(CURRENT_TRACE_STATE.get()):
        CURRENT_TRACE_STATE.set(None)
        CURRENT_SPAN.set(None)
    with parallel_tracker._registry_lock:
        parallel_tracker._span_creation_registry.clear()
    with tool_call_registry._registry_lock:
        tool_call_registry._registry.clear()
    _propagate_to_pools_again()


def _is_leftover(state: Any) -> bool:
    """Return whether a trace is over or automatic; one that a program holds open around several tests is neither."""
    return state is None or state.finished or begun_by(state).automatic


def _propagate_to_pools_again() -> None:
    """Patch pools as `init()` does: if a test called it, the end of the recording removed the patch."""
    if thread_propagation._INSTALLED:
        thread_propagation._patch_thread_pool_executor()
