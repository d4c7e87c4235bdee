"""Tracium's automatic features: traces around a model call, factories on event loops."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from tracium.instrumentation import auto_trace_tracker, thread_propagation
from tracium.integrations.anthropic import tracing

from pytest_traces.adapters.toolkit.backend import is_kept_home
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.tracium.traces import begun_by
from pytest_traces.runtime.calls.callers import calling_frame
from pytest_traces.runtime.recording.context import here


def watch_automatic(made: Patches) -> None:
    """Mark automatic traces; for Tracium the program begins at the test, not at the code that started pytest.

    Tracium's task factory is not installed: tasks copy their context anyway, and lanes see their joins.
    """
    made.after(auto_trace_tracker.AutoTraceContext, "__init__", _mark_automatic)
    made.wrap(auto_trace_tracker, "_get_user_frames", _frames_inside_the_test)
    made.before(tracing, "extract_usage", _add_cache_counts)
    made.swap(thread_propagation, "install_asyncio_task_factory", lambda: None)


def _mark_automatic(_: None, automatic: Any, *args: Any, **options: Any) -> None:
    begun = begun_by(automatic.trace_manager)
    begun.automatic = True
    begun.span.leave()  # the SDK never leaves it


def _frames_inside_the_test(find: Any) -> Any:
    def _get_user_frames() -> list[tuple[Any, ...]]:
        if here() is None:
            return find()  # type: ignore[no-any-return]
        inside = _frames_of_the_test(sys._getframe(1))
        return [frame for frame in find() if frame[3] in inside]

    return _get_user_frames


def _add_cache_counts(usage: Any) -> None:
    """Set the cache counts of an Anthropic answer on its span."""
    handle = calling_frame().f_locals.get("span_handle")
    if handle is not None and is_kept_home():
        handle.set_token_usage(
            cached_input_tokens=getattr(usage, "cache_read_input_tokens", None),
            cache_creation_input_tokens=getattr(usage, "cache_creation_input_tokens", None),
        )


def _frames_of_the_test(frame: FrameType | None) -> set[int]:
    inside = set()
    while frame is not None and not frame.f_globals.get("__name__", "").startswith("_pytest."):
        inside.add(id(frame))
        frame = frame.f_back
    return inside
