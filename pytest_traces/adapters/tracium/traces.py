"""Tracium's traces: each is the root span of its run."""

from __future__ import annotations

from typing import Any

from tracium.models.trace_handle import AgentTraceHandle, AgentTraceManager

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.tracium import values
from pytest_traces.runtime.recording.clock import now_ms
from pytest_traces.runtime.recording.recorder import Record


class Begun(values.Remarks):
    """A trace of the SDK that began."""

    automatic = False
    """Whether the SDK made it around a model call: it has no end of its own."""
    held_back = False
    """Whether the root waits for a first span: a lazy trace without spans is not recorded."""


def begun_by(trace: Any) -> Begun:
    """Return the data of a trace, by its state or manager; with a silent span if its begin was not recorded."""
    begun: Begun | None = getattr(trace, "_pytest_traces", None)
    return begun or Begun()


class Traces:
    """Starts and ends root spans."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def watch(self, made: Patches) -> None:
        """Record every trace from start to end, and the metadata that its methods drop."""
        made.after(AgentTraceManager, "__init__", self._remember_metadata)
        made.after(AgentTraceManager, "_start", self._begin)
        made.after(AgentTraceManager, "_finish", self._leave)
        made.before(AgentTraceHandle, "update_metadata", self._add_metadata)
        made.before(AgentTraceHandle, "add_metadata_kv", lambda to, key, value: self._add_metadata(to, {key: value}))
        made.before(AgentTraceHandle, "mark_failed", self._note_failure)
        made.before(AgentTraceHandle, "fail", self._note_failure)
        made.after(AgentTraceHandle, "fail", self._end_by_handle)
        made.after(AgentTraceHandle, "finish", self._end_by_handle)

    def below(self, state: Any) -> OpenSpan:
        """Return the root of a trace for a new span below it: a lazy trace begins now, an automatic one goes on."""
        begun = begun_by(state)
        root = begun.span.record
        if begun.held_back:
            begun.held_back = False
            begun.span.show()
        elif begun.automatic and root is not None:
            root.ended, root.t1, root.status, root.error = None, None, "running", None
        return begun.span

    def span_ended(self, state: Any, span: Record) -> None:
        """End an automatic trace with its last span: the SDK closes it at some later time."""
        begun = begun_by(state)
        root = begun.span.record
        if begun.automatic and root is not None:
            _describe(begun, state)
            root.status, root.error, root.ended, root.t1 = span.status, span.error, root.recorder.tick(), now_ms()

    def _remember_metadata(self, _: None, manager: Any, *args: Any, **options: Any) -> None:
        manager._pytest_traces_metadata = options.get("metadata")

    def _begin(self, _: Any, manager: Any) -> None:
        """Start the root when the trace begins, and enter it."""
        state, lazy = manager._state, manager._lazy_start
        begun = manager._pytest_traces = state._pytest_traces = Begun()
        begun.add_metadata(getattr(manager, "_pytest_traces_metadata", None))
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

    def _leave(self, _: None, manager: Any, *exc: Any) -> None:
        begun = begun_by(manager)
        _end(begun, manager._state, exc[1])
        begun.span.leave()

    def _end_by_handle(self, _: Any, handle: Any, **options: Any) -> None:
        """End the root; the code that runs stays in it until the block ends."""
        self._add_metadata(handle, options.get("metadata"))
        _end(begun_by(handle._state), handle._state)

    def _add_metadata(self, handle: Any, metadata: Any) -> None:
        begun_by(handle._state).add_metadata(metadata)

    def _note_failure(self, handle: Any, error: Any, **_: Any) -> None:
        if not handle._state.finished:
            begun_by(handle._state).note_failure(error)


def _end(begun: Begun, state: Any, exc: BaseException | None = None) -> None:
    """End the root with the data of the trace."""
    root = begun.span.record
    if root is None or begun.held_back:
        return
    with begun.span.guard():
        _describe(begun, state)
        if root.ended is None:
            status, error = values.outcome(begun, state.status, state.error, exc)
            root.end(status, error=error)


def _describe(begun: Begun, state: Any) -> None:
    begun.span.update(
        tags=tuple(state.tags),
        metadata=begun.metadata | values.trace_metadata(state),
        attributes=values.trace_attributes(state),
    )
