"""Where Tracium begins and ends its traces, and where programs tell it things that it ignores."""

from __future__ import annotations

from typing import Any

from tracium.models.trace_handle import AgentTraceHandle, AgentTraceManager

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.tracium.traces import Begun, Traces, begun_by


def watch_managers(made: Patches, traces: Traces) -> None:
    """Follow every trace from its first to its last moment, automatic and lazy ones included."""

    def __init__(manager: Any, client: Any, **options: Any) -> None:  # noqa: N807
        make(manager, client, **options)
        manager._pytest_traces_metadata = options.get("metadata")

    def _start(manager: Any) -> Any:
        handle = start(manager)
        if begun_by(manager._state) is None:  # else another session's capture is on
            begun = manager._pytest_traces = manager._state._pytest_traces = Begun()
            begun.add_metadata(getattr(manager, "_pytest_traces_metadata", None))
            traces.begin(begun, manager._state, lazy=manager._lazy_start)
        return handle

    def _finish(manager: Any, *exc: Any) -> None:
        finish(manager, *exc)
        begun = begun_by(manager)
        if begun is not None:
            traces.end(begun, manager._state, exc[1])
            begun.leave()

    make = made.swap(AgentTraceManager, "__init__", __init__)
    start = made.swap(AgentTraceManager, "_start", _start)
    finish = made.swap(AgentTraceManager, "_finish", _finish)


def watch_handles(made: Patches, traces: Traces) -> None:
    """Keep the metadata that the methods of a trace's handle drop, and notice when they end the trace."""

    def update_metadata(handle: Any, metadata: Any) -> None:
        begun = begun_by(handle._state)
        if begun is not None:
            begun.add_metadata(metadata)

    def add_metadata_kv(handle: Any, key: str, value: Any) -> None:
        update_metadata(handle, {key: value})

    def mark_failed(handle: Any, error: str, **more: Any) -> None:
        _note_failure(handle, error)
        mark(handle, error, **more)

    def finish(handle: Any, **said: Any) -> Any:
        return ended(handle, succeed, said)

    def fail(handle: Any, **said: Any) -> Any:
        _note_failure(handle, said.get("error"))
        return ended(handle, give_up, said)

    def ended(handle: Any, end: Any, said: dict[str, Any]) -> Any:
        update_metadata(handle, said.get("metadata"))
        answer = end(handle, **said)
        begun = begun_by(handle._state)
        if begun is not None:
            traces.end(begun, handle._state)
        return answer

    made.swap(AgentTraceHandle, "update_metadata", update_metadata)
    made.swap(AgentTraceHandle, "add_metadata_kv", add_metadata_kv)
    mark = made.swap(AgentTraceHandle, "mark_failed", mark_failed)
    succeed = made.swap(AgentTraceHandle, "finish", finish)
    give_up = made.swap(AgentTraceHandle, "fail", fail)


def _note_failure(handle: Any, error: Any) -> None:
    begun = begun_by(handle._state)
    if begun is not None and not handle._state.finished:
        begun.note_failure(error)
