"""Tracium's traces: each is the root span of its run."""

from __future__ import annotations

from typing import Any

from tracium.models.trace_handle import AgentTraceHandle, AgentTraceManager

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracium import values
from pytest_traces.adapters.tracium.remarks import Remarks
from pytest_traces.runtime.recording.clock import now_ms
from pytest_traces.runtime.recording.recorder import Record


class Begun(Remarks):
    """A trace that began."""

    automatic = False
    """Whether the SDK made it up around a model call: it has no end of its own."""
    held_back = False
    """Whether the root waits for a first span: a lazy trace without one never was."""


def begun_by(trace: Any) -> Begun | None:
    """Return what is known of a trace by its state or manager; `None` if it began unseen or in another process."""
    return getattr(trace, "_pytest_traces", None)


class Traces:
    """Starts and ends root spans."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def begin(self, begun: Begun, state: Any, *, lazy: bool) -> None:
        """Start the root where the trace begins, and enter it."""
        begun.held_back = lazy
        begun.span = self._source.start(
            state.agent_name,
            "agent",
            call_id=state.trace_id,
            run=state.trace_id,
            held_back=lazy,
            model=state.model_id,
            tags=tuple(state.tags),
        )
        begun.span.enter()

    def below(self, state: Any) -> OpenSpan | None:
        """Return the root of a trace that gets a span now."""
        begun = begun_by(state)
        if begun is None or begun.span.record is None:
            return None
        root = begun.span.record
        if begun.held_back:
            begun.held_back = False
            begun.span.show()
        elif begun.automatic:
            root.ended, root.t1, root.status, root.error = None, None, "running", None
        return begun.span

    def span_ended(self, state: Any, span: Record) -> None:
        """Let an automatic trace end with its last span: the SDK closes it at some later time."""
        begun = begun_by(state)
        if begun is not None and begun.automatic and begun.span.record is not None:
            root = begun.span.record
            _describe(begun, state)
            root.status, root.error, root.ended, root.t1 = span.status, span.error, root.recorder.tick(), now_ms()

    def end(self, begun: Begun, state: Any, exc: BaseException | None = None) -> None:
        """End the root with what the trace says at its end; the code that runs stays in it until the block ends."""
        root = begun.span.record
        if root is None or begun.held_back:
            return
        with begun.span.guard():
            _describe(begun, state)
            if root.ended is None:
                status, error = values.outcome(begun, state.status, state.error, exc)
                root.end(status, error=error)


def watch_managers(made: Patches, source: Source, traces: Traces) -> None:
    """Follow every trace from its first to its last moment, automatic and lazy ones included."""

    def __init__(manager: Any, client: Any, **options: Any) -> None:  # noqa: N807
        make(manager, client, **options)
        manager._pytest_traces_metadata = options.get("metadata")

    def _start(manager: Any) -> Any:
        handle = start(manager)
        if begun_by(manager._state) is None:  # else another session's capture is on
            begun = manager._pytest_traces = manager._state._pytest_traces = Begun(source.silent)
            begun.add_metadata(getattr(manager, "_pytest_traces_metadata", None))
            traces.begin(begun, manager._state, lazy=manager._lazy_start)
        return handle

    def _finish(manager: Any, *exc: Any) -> None:
        finish(manager, *exc)
        begun = begun_by(manager)
        if begun is not None:
            traces.end(begun, manager._state, exc[1])
            begun.span.leave()

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


def _describe(begun: Begun, state: Any) -> None:
    begun.span.update(
        tags=tuple(state.tags),
        metadata=begun.metadata | values.trace_metadata(state),
        attributes=values.trace_attributes(state),
    )


def _note_failure(handle: Any, error: Any) -> None:
    begun = begun_by(handle._state)
    if begun is not None and not handle._state.finished:
        begun.note_failure(error)
