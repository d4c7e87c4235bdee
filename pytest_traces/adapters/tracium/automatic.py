"""What Tracium does without being asked: traces around a model call, factories on event loops."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from tracium.instrumentation import auto_trace_tracker, thread_propagation
from tracium.integrations.anthropic import tracing

from pytest_traces.adapters.toolkit.backend import is_kept_home
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.tracium.traces import begun_by
from pytest_traces.runtime.recording.context import here


def watch_automatic(made: Patches) -> None:
    """Know automatic traces from others, and let the test be where the program begins, not what started pytest."""

    def remember(**automatic: Any) -> Any:
        begun = begun_by(automatic["trace_manager"])
        if begun is not None:
            begun.automatic = True
            begun.span.leave()  # the SDK never leaves it
        return context(**automatic)

    def _get_user_frames() -> list[tuple[Any, ...]]:
        if here() is None:
            return find()  # type: ignore[no-any-return]
        inside = _frames_of_the_test(sys._getframe(1))
        return [frame for frame in find() if frame[3] in inside]

    context = made.swap(auto_trace_tracker, "AutoTraceContext", remember)
    find = made.swap(auto_trace_tracker, "_get_user_frames", _get_user_frames)


def watch_cache_counts(made: Patches) -> None:
    """Tell the span of an answer of Anthropic's what was read from the cache and written to it."""

    def extract_usage(usage: Any) -> Any:
        handle = sys._getframe(1).f_locals.get("span_handle")
        if handle is not None and is_kept_home():
            handle.set_token_usage(
                cached_input_tokens=getattr(usage, "cache_read_input_tokens", None),
                cache_creation_input_tokens=getattr(usage, "cache_creation_input_tokens", None),
            )
        return extract(usage)

    extract = made.swap(tracing, "extract_usage", extract_usage)


def leave_loops_alone(made: Patches) -> None:
    """Keep Tracium's task factory off event loops: tasks copy their context as it is, and we see who waits for them."""
    made.swap(thread_propagation, "install_asyncio_task_factory", lambda: None)


def _frames_of_the_test(frame: FrameType | None) -> set[int]:
    inside = set()
    while frame is not None and not frame.f_globals.get("__name__", "").startswith("_pytest."):
        inside.add(id(frame))
        frame = frame.f_back
    return inside
