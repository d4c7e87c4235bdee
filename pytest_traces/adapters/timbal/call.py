"""One run of a runnable, public or nested: its span lasts from its first event to the end of its stream."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from timbal.state import get_run_context

from pytest_traces.adapters.timbal import background, steps, values
from pytest_traces.adapters.timbal.ambient import leave_finished_run, stay_offline
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.turns import declare_turn
from pytest_traces.model.lane import Lane
from pytest_traces.runtime.recording.context import OUTSIDE, here

Stream = Callable[..., AsyncGenerator[Any, None]]
Failure = tuple[BaseException | Mapping[str, str], float]
"""The error of a failed attempt, and its milliseconds."""


@dataclass
class State:
    """Data of a call that is kept until it ends."""

    counts: dict[str, int] = field(default_factory=dict)
    """Timbal's own counts, without those of nested calls."""
    failed: list[Failure] = field(default_factory=list)
    """The last failed attempt, until another one follows, be it of a fallback model."""


class Call:
    """Turns one stream of events into one span. Nested calls have streams of their own."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.span = source.silent
        """The span of the call, from its first event on."""
        self._begun = False
        self._native: Any = None
        self._context: Any = None
        self._pieces = values.Pieces()
        self._finished = False

    def begin(self) -> None:
        """Leave the finished run of another test in this task, before Timbal reads its context."""
        place = here()
        if place is not None:
            with self._source.guard():
                leave_finished_run(unless=place.recorder.run_ids)

    def see(self, event: Any) -> None:
        """Record an event of this call; events of nested calls are ignored, unless they have no call."""
        if event.type == "START" and not self._begun:  # later ones are those of nested calls
            self._begun = True
            with self._source.guard():
                self._start(event)
        elif self._native is not None:
            self._see_more(event)

    def finish(self) -> None:
        """End the span with the data of Timbal's span, however the stream ended."""
        if self.span:
            with self.span.guard():
                self._finish(self._native.output)

    def _see_more(self, event: Any) -> None:
        own = event.call_id == self._native.call_id
        orphan = event.type == "OUTPUT" and event.parent_call_id is None and not self._source.find(event.call_id)
        if not self.span or not (own or orphan):
            return
        with self.span.guard():
            if not own:
                self._add_orphan(event)
            elif event.type == "OUTPUT":  # the consumer may stop here and never read on
                self._finish(event.output)
            else:
                self._note(event)

    def _start(self, event: Any) -> None:
        place = here(event.run_id)
        if place is None:
            OUTSIDE.note(event.path.rpartition(".")[2])
            return
        context = self._context = get_run_context()
        native = self._native = context._trace[event.call_id]
        stay_offline(context)
        self.span = self._open(values.span_type(native), native, native.parent_call_id, context.id)
        record = self.span.record
        if record is not None and (record.type not in ("llm", "agent") or record.recorder.acts is not None):
            self.span.update(input=values.redacted(native.input, context))  # long messages are read once, at the end
        if record is not None and record.recorder.acts is not None:
            self.span.update(model=values.model_of(native.metadata))

    def _open(self, type: str, call: Any, parent: str | None, run: str) -> OpenSpan:
        """Start the span of a call, or of an event without a call."""
        span = self._source.start(
            # Not `invoked_by`: it also names a call whose events the caller was only reading.
            call.path.rpartition(".")[2],
            type,
            call_id=call.call_id,
            parent=parent,
            run=run,
            path=call.path,
        )
        span.state = State()
        declare_turn(span)
        return span

    def _finish(self, output: Any) -> None:
        record = self.span.record
        if record is None or self._finished:
            return
        self._finished = True
        if self._native.status is not None:
            steps.declare(self.span, self._native, self._context, self._source)
        task = background.task_of(record, self._context, output)
        if task is None:
            values.end(record, self._native, self._context)
        else:
            launched = record.recorder.tick()
            task.task.add_done_callback(lambda _: self._finish_in_background(task, launched))

    def _finish_in_background(self, task: Any, launched: int) -> None:
        record = self.span.record
        assert record is not None, "unreachable because only a recorded call is finished"
        with self.span.guard():
            for event in background.events_of(task):
                if event.call_id == record.call_id:
                    self._note(event)
            background.end(record, self._native, self._context, task)
            # For the order of its siblings it ended at its launch: which of them end earlier is luck.
            record.ended = launched

    def _note(self, event: Any) -> None:
        if event.type == "DELTA":
            for piece in self._pieces.read(event.item):
                self.span.chunk(values.redacted(piece, self._context))
        else:  # APPROVAL, INTERACTION, GUARDRAIL
            self.span.event(event.type.lower(), values.redacted(values.payload(event), self._context))

    def _add_orphan(self, event: Any) -> None:
        """Add the answer of an agent in place of a call: an unknown tool, a crashed dispatch, the last iteration."""
        orphan = self._open("tool", event, self._native.call_id, event.run_id)
        agent = self.span.record
        if orphan.record is None or agent is None:
            return
        if event.metadata.get("tool_not_found") or event.metadata.get("dispatch_failed"):
            # It is concurrent with the other calls of the model's answer.
            orphan.record.lane = Lane(agent.lane, agent.started, "task")
        values.end(orphan.record, event, self._context)


def watch_stream(stream: Stream, source: Source) -> Stream:
    """Wrap `Runnable._stream`: same events, same closing, with a span around the code inside.

    The span starts with the first event, not with the call, so this is no `Source.around`.
    """

    async def _stream(runnable: Any, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        call = Call(source)
        call.begin()
        inner = stream(runnable, *args, **kwargs)
        try:
            while True:
                call.span.enter()  # the caller's code runs between two events, outside the span
                try:
                    event = await anext(inner)
                except StopAsyncIteration:
                    return
                finally:
                    call.span.leave()
                call.see(event)
                yield event
        finally:
            call.span.enter()
            try:
                await inner.aclose()
            finally:
                call.span.leave()
                call.finish()

    return _stream
