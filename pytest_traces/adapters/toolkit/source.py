"""Connects an adapter with the recorders: starts spans, and finds them again by ids of the framework."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from weakref import WeakValueDictionary

from pytest_traces.adapters.toolkit.calls import Call, Close, Piece, end_with_output
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.calls.around import around
from pytest_traces.runtime.effects import Native
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.context import OUTSIDE, here
from pytest_traces.runtime.recording.recorder import Place, Record, Recorder

Arguments = tuple[Any, ...]


class Source:
    """Starts the spans of one adapter: it finds place, lane and parent, and sets the source of each span."""

    def __init__(self, name: str, shadows: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.name = name
        self._shadows = {} if shadows is None else shadows
        self.silent = OpenSpan(name, None)
        """Stands for a span if nothing records."""
        self._spans: WeakValueDictionary[tuple[int, str], OpenSpan] = WeakValueDictionary()

    def start(
        self,
        name: str,
        type: str,
        *,
        key: str | None = None,
        parent: str | OpenSpan | None = None,
        exact: bool = False,
        run: str | None = None,
        call_id: str | None = None,
        machinery: bool = False,
        held_back: bool = False,
        **fields: Any,
    ) -> OpenSpan:
        """Start a span below the code that runs, or below `parent`; it is not entered yet.

        `key` and `parent` are ids of the framework, `run` its id of the run. `call_id` is a key to be shown.
        The span is below spans of other adapters that lie between `parent` and the code that runs, unless `exact`;
        then the parent `""` makes it a root.
        `held_back` leaves the span out of the trace until `OpenSpan.show`.
        `machinery` marks a step of the framework itself, which trees leave out. `fields` are those of `update`.
        Where nothing records, the span is `silent`.
        """
        place = here(run)
        if place is None:
            OUTSIDE.note(name)
            return self.silent
        with place.recorder.gaps.guard(self.name):
            record = self._record(name, type, self._place(place, parent, exact=exact), call_id)
            record.machinery = machinery
            _link(record, parent, run)
            if fields:
                record.set(**fields)
            if not held_back:
                place.recorder.add(record)
            return self._keep(record, key or call_id)
        return self.silent

    def repeated_by(self, scope: str, type: str) -> frozenset[str]:
        """Return the adapters that record natively what an OpenTelemetry instrumentation scope repeats in a type."""
        typed = f"{type}:{scope}"
        return frozenset(
            adapter
            for adapter, prefixes in self._shadows.items()
            if scope.startswith(prefixes) or typed.startswith(prefixes)
        )

    def find(self, key: str | None) -> OpenSpan:
        """Return the latest span that was started under a key, ended or not; `silent` if there is none."""
        place = here(key) if key is not None else None
        return self.silent if place is None or key is None else self.find_in(place.recorder, key)

    def find_in(self, recorder: Recorder, key: str) -> OpenSpan:
        """Return the latest span of one recording that was started under a key."""
        return self._spans.get((id(recorder), key)) or self.silent

    def current(self) -> OpenSpan:
        """Return the innermost span of this adapter that encloses the running code."""
        place = here()
        record = None if place is None else place.record
        while record is not None and (record.source != self.name or record.handle is None):
            record = record.parent
        found: OpenSpan = self.silent if record is None else record.handle
        return found

    def enclosing(self) -> OpenSpan:
        """Return the innermost span that encloses the running code, of any adapter, for its events."""
        place = here()
        record = None if place is None else place.record
        return OpenSpan(self.name, record)

    def guard(self) -> AbstractContextManager[None]:
        """Catch an error of the adapter's own code; the report shows it."""
        place = here()
        return nullcontext() if place is None else place.recorder.gaps.guard(self.name)

    def around(
        self,
        function: Callable[..., Any],
        open: Callable[[Arguments, Mapping[str, Any]], OpenSpan],
        close: Close = end_with_output,
        piece: Piece = OpenSpan.chunk,
        *,
        native: Native | None = None,
    ) -> Callable[..., Any]:
        """Return a function of the same kind (def, async def, generator, async generator) with a span around a call.

        `open` starts the span from the call's arguments. `close` ends it with the result. `piece` takes what a
        generator yields. An exception passes through and ends the span. If the test acts in place of the call
        (`trace.on`), the function does not run; `native` then makes what the framework would have got.
        """

        def opened(args: Arguments, kwargs: Mapping[str, Any]) -> Call | None:
            span = self.silent
            if OUTSIDE.tests or here() is not None:
                with self.guard():
                    span = open(args, kwargs)
            else:  # no argument is read
                OUTSIDE.note(self.name)
            return Call(span.record, span, close, piece, native=native) if span.record is not None else None

        return around(function, opened)

    def _record(self, name: str, type: str, place: Place, call_id: str | None) -> Record:
        recorder = place.recorder
        chosen = recorder.call_ids.at(recorder.tick()) if call_id is None else recorder.call_ids.free(call_id)
        record = Record(name, type, place, chosen)
        record.parent, record.source = place.record, self.name
        return record

    def _place(self, place: Place, parent: str | OpenSpan | None, *, exact: bool) -> Place:
        """Return a place below the parent that the framework names, unless the running code is inside it already.

        A span of another adapter may lie between: a graph's node that runs another framework's agent.
        """
        named = self.find_in(place.recorder, parent) if isinstance(parent, str) else parent
        chosen = None if named is None else named.record
        if chosen is None and exact and isinstance(parent, str):  # recorded elsewhere: only its id is known
            return Place(place.recorder, None, place.lane)
        if chosen is None or chosen.recorder is not place.recorder:
            return place
        if not exact and chosen in upwards(place.record):
            return place
        return Place(place.recorder, chosen, place.lane)

    def _keep(self, record: Record, key: str | None) -> OpenSpan:
        span = OpenSpan(self.name, record)
        record.handle = span  # the span lives as long as its record
        if key is not None:
            self._spans[id(record.recorder), key] = span
        return span


def _link(record: Record, parent: str | OpenSpan | None, run: str | None) -> None:
    """Set the run of a record, and the id of a parent that was not recorded here."""
    if run is not None:
        record.run_id = run
        record.recorder.run_ids.add(run)
    if isinstance(parent, str) and record.parent is None:
        record.parent_call_id = parent or None
