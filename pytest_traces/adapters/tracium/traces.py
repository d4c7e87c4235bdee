"""Tracium's traces: each is the root span of its run."""

from __future__ import annotations

from typing import Any

from pytest_traces.adapters.tracium import reading
from pytest_traces.adapters.tracium.ledger import Ledger
from pytest_traces.adapters.tracium.noted import Noted
from pytest_traces.runtime.recording.place import Place, here
from pytest_traces.runtime.recording.recorder import Record, now_ms


class Begun(Noted):
    """A trace that began."""

    automatic = False
    """Whether the SDK made it up around a model call: it has no end of its own."""
    held_back = True
    """Whether the root waits for a first span: a lazy trace without one never was."""


def begun_by(trace: Any) -> Begun | None:
    """Return what is known of a trace by its state or manager; `None` where another process or nobody saw it begin."""
    return getattr(trace, "_pytest_traces", None)


class Traces:
    """Opens and closes root spans."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def begin(self, begun: Begun, state: Any, *, lazy: bool) -> None:
        """Open the root where the trace begins and stand in it."""
        place = here(state.trace_id)
        if place is None:
            return
        with place.recorder.guard("tracium"):
            root = self._root(state, place)
            if not lazy:
                _show(begun, root)
            begun.enter(root)

    def below(self, state: Any) -> Record | None:
        """Return the root of a trace that gets a span now."""
        begun = begun_by(state)
        if begun is None or begun.record is None:
            return None
        root = begun.record
        if begun.held_back:
            _show(begun, root)
        elif begun.automatic:
            root.ended, root.t1, root.status, root.error = None, None, "running", None
        return root

    def span_ended(self, state: Any, span: Record) -> None:
        """Let an automatic trace end with its last span: the SDK closes it at some later time."""
        begun = begun_by(state)
        if begun is not None and begun.automatic and begun.record is not None:
            root = begun.record
            _describe(root, begun, state)
            root.status, root.error, root.ended, root.t1 = span.status, span.error, root.recorder.tick(), now_ms()

    def end(self, begun: Begun, state: Any, exc: BaseException | None = None) -> None:
        """Close the root with what the trace says at its end."""
        root = begun.record
        if root is None or begun.held_back:
            return
        with root.recorder.guard("tracium"):
            _describe(root, begun, state)
            if root.ended is None:
                status, error = reading.outcome(begun, state.status, state.error, exc)
                root.end(status, error=error)

    def _root(self, state: Any, place: Place) -> Record:
        root = Record(state.agent_name, "agent", place, self._ledger.fresh(place.recorder, state.trace_id))
        root.parent = place.record
        root.run_id, root.source, root.model = state.trace_id, "tracium", state.model_id
        root.tags = tuple(state.tags)
        place.recorder.run_ids.add(state.trace_id)
        self._ledger.keep(root, state.trace_id)
        return root


def _show(begun: Begun, root: Record) -> None:
    begun.held_back = False
    root.recorder.add(root)


def _describe(root: Record, begun: Begun, state: Any) -> None:
    root.set(
        tags=tuple(state.tags),
        metadata=begun.metadata | reading.trace_metadata(state),
        attributes=reading.trace_attributes(state),
    )
