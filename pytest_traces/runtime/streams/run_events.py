"""The events of a run while it runs: `async for event in agent.stream(...)`, or `for` where it is sync."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pytest_traces.model.words.event_types import OUTPUT, START
from pytest_traces.runtime.recording.ancestry import path_of, run_id_of, upwards
from pytest_traces.runtime.recording.context import CURRENT, Outside, here, private_place
from pytest_traces.runtime.recording.recorder import Notice, Place, Record

if TYPE_CHECKING:
    from pytest_traces.model.event import Event


class RunListener:
    """Delivers the events of one run: of the next span that the code opens, and of its descendants."""

    def __init__(self, deliver: Callable[[Event | None], None]) -> None:
        place = here() or private_place("stream")
        self._near = place
        self._deliver = deliver
        self._door: Place | None = None
        self._before: Place | Outside = place
        self._heard: list[Record] = []
        self._consumers: set[Record] = set()
        self.root: Record | None = None
        """The span of the run itself."""

    def watch_next_span(self) -> None:
        """Deliver the events of the next span that the running code opens."""
        place = here()
        known = place if place is not None and place.recorder is self._near.recorder else self._near
        self._door = Place(known.recorder, known.record, known.lane)
        self._before = CURRENT.get()
        CURRENT.set(self._door)
        known.recorder.listen(self)

    def close(self) -> None:
        """Take no more events; the reader of the stream sees its end."""
        CURRENT.set(self._before)
        self._near.recorder.unlisten(self)
        self._deliver(None)

    @property
    def output(self) -> Any:
        """The result of the run."""
        return None if self.root is None else self.root.output

    def started(self, record: Record) -> None:
        if self.root is None and getattr(record, "_before", None) is self._door:
            self.root = record
        if self._hears(record):
            self._heard.append(record)
            self._deliver(_event(record, START, record.t0, None))

    def noted(self, notice: Notice) -> None:
        if self._hears(notice.record):
            self._deliver(_event(notice.record, notice.type, notice.t, notice.payload))

    def ended(self, record: Record) -> None:
        if self._hears(record):
            if record.own_usage is not None:
                self._consumers.update(upwards(record))
            self._deliver(_event(record, OUTPUT, record.t1 or record.t0, self._outcome(record)))

    def _hears(self, record: Record) -> bool:
        return self.root is not None and self.root in upwards(record)

    def _outcome(self, record: Record) -> dict[str, Any]:
        """Tell how a span ended; harvested with what is below it, because usage is counted once."""
        from pytest_traces.analysis.trees.tree import outcome
        from pytest_traces.runtime.harvest.tree import tree_of

        family = [one for one in self._heard if record in upwards(one)] if record in self._consumers else [record]
        return outcome(tree_of(family).whole.by_id[record.call_id])


class AsyncEvents:
    """A run of an async function as its events; `await agent.stream(...).collect()` gives just the result."""

    def __init__(self, run: Callable[[], Any]) -> None:
        self._run = run

    async def collect(self) -> Any:
        """Run to the end and return the result; what the run raises is raised here."""
        return await _finish_later(self._run, RunListener(_ignore))

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Yield the events as they happen; errors arrive in the output events. Leaving early cancels the run."""
        loop = asyncio.get_running_loop()
        home = threading.get_ident()
        events: asyncio.Queue[Event | None] = asyncio.Queue()

        def deliver(event: Event | None) -> None:
            if threading.get_ident() == home:
                events.put_nowait(event)
            else:  # a thread of the run; it may outlive the loop
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(events.put_nowait, event)

        listener = RunListener(deliver)
        task = loop.create_task(_finish_later(self._run, listener))
        try:
            while (event := await events.get()) is not None:
                yield event
        except GeneratorExit:
            task.cancel()
            raise
        finally:
            await asyncio.wait([task])
        _raise_untold(None if task.cancelled() else task.exception(), listener)


class Events:
    """A run of a sync function as its events; the function runs in a thread of its own meanwhile."""

    def __init__(self, run: Callable[[], Any]) -> None:
        self._run = run

    def collect(self) -> Any:
        """Run to the end and return the result; what the run raises is raised here."""
        return _finish(self._run, RunListener(_ignore))

    def __iter__(self) -> Iterator[Event]:
        """Yield the events as they happen; errors arrive in the output events. Leaving early waits for the end."""
        events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        listener = RunListener(events.put)
        failed: list[BaseException] = []

        def work() -> None:
            try:
                _finish(self._run, listener)
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,))
        thread.start()
        try:
            while (event := events.get()) is not None:
                yield event
        finally:
            thread.join()
        _raise_untold(failed[0] if failed else None, listener)


def _finish(run: Callable[[], Any], listener: RunListener) -> Any:
    listener.watch_next_span()
    try:
        made = run()
        if not inspect.isgenerator(made):
            return made
        for _ in made:
            pass
        return listener.output
    finally:
        listener.close()


async def _finish_later(run: Callable[[], Any], listener: RunListener) -> Any:
    listener.watch_next_span()
    try:
        made = run()
        if not inspect.isasyncgen(made):
            return await made
        async for _ in made:
            pass
        return listener.output
    finally:
        listener.close()


def _raise_untold(error: BaseException | None, listener: RunListener) -> None:
    """Raise an exception that no output event holds: an interrupt, or a call that never became a run."""
    if error is not None and (listener.root is None or not isinstance(error, Exception)):
        raise error


def _ignore(event: Event | None) -> None:
    pass


def _event(record: Record, type: str, t: float, payload: Any) -> Event:
    from pytest_traces.model.event import Event

    return Event(
        type=type,
        run_id=run_id_of(record),
        path=path_of(record),
        call_id=record.call_id,
        parent_call_id=record.parent_call_id or (record.parent.call_id if record.parent is not None else None),
        t=t,
        payload=payload,
    )
