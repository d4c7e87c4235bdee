"""The recording of one test: plain objects now, models when the trace is read."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from threading import get_ident
from types import CodeType
from typing import TYPE_CHECKING, Any, Protocol

from pytest_traces.errors import RunawayTrace
from pytest_traces.model.lane import Lane, Stamp
from pytest_traces.model.stray import Stray
from pytest_traces.model.words.span_types import known_type
from pytest_traces.runtime.recording.call_ids import CallIds
from pytest_traces.runtime.recording.clock import now_ms
from pytest_traces.runtime.recording.fields import Fault, Fields, message_of, status_after
from pytest_traces.runtime.recording.gaps import Gaps
from pytest_traces.runtime.values.plain import plain

if TYPE_CHECKING:  # an application records without pydantic
    from pytest_traces.model.words.status import Status
    from pytest_traces.runtime.effects import Acts
    from pytest_traces.runtime.streams.collectors.collector import EventCollector

NO_CAP = 1 << 62
"""Room for any number: only a test may fail because a program records too much."""


class Listener(Protocol):
    """Called for each span and event while it is recorded: a stream of events, a provider."""

    def started(self, record: Record) -> None: ...
    def ended(self, record: Record) -> None: ...
    def noted(self, notice: Notice) -> None: ...


class Loops(Protocol):
    """The loops of a program that take items, events or results of other lanes."""

    def look(self, lane: Lane, clock: int | None = None) -> None:
        """Find the loops of a lane that the running code has left."""


class Place:
    """The value of a context: its recorder, the enclosing span, its lane.

    A record is a place, too: the place of code inside its span.
    """

    recorder: Recorder
    lane: Lane
    thread: int
    """The thread in which the lane runs; 0 until a loop begins it."""
    record: Record | None
    """The span that encloses the running code."""
    ended: int | None = None
    """When it ended, if the place is a span."""

    def __init__(self, recorder: Recorder, enclosing: Record | None, lane: Lane, thread: int | None = None) -> None:
        self.recorder = recorder
        self.lane = lane
        self.thread = get_ident() if thread is None else thread
        self.record = enclosing


class Record(Place, Fields):
    """A span while it is recorded, and the place of the code inside it."""

    parent: Record | None = None

    def __init__(self, name: str, type: str, place: Place, call_id: str) -> None:
        self.name = name
        self.type = known_type(type)
        self.call_id = call_id
        self.recorder = place.recorder
        self.lane = place.lane
        self.thread = place.thread
        self.started = place.recorder.tick()
        self.t0 = now_ms()

    @property
    def record(self) -> Record:  # type: ignore[override]  # not kept: a record that holds itself is never freed
        """The span itself encloses what runs inside it."""
        return self

    @property
    def stamp(self) -> Stamp | None:
        """What orders it among its siblings; `None` for a span whose spawn was not observed."""
        return Stamp(self.started, self.ended, self.lane, self.after)

    def set(self, **fields: Any) -> Record:
        """Set fields; values are copied to plain JSON now, because programs go on changing them."""
        if not fields.keys() <= _FIELDS:
            raise TypeError(f"a record has no field {min(fields.keys() - _FIELDS)!r}")
        for field in ("input", "output", "metadata", "attributes"):
            if field in fields:
                fields[field] = plain(fields[field])
        self.__dict__.update(fields)
        self.recorder.tick()
        return self

    def add_attributes(self, **more: Any) -> None:
        """Set some attributes; the others stay, and are not copied again."""
        self.attributes = {**self.attributes, **{name: plain(one) for name, one in more.items()}}

    def count(self, key: str, amount: int | float) -> None:
        """Add to what the span consumed itself: a counter, or a unit of a model as in `openai/gpt-4o:input_tokens`."""
        from pytest_traces.model.consumption.usage import Usage

        self.own_usage = Usage.merged([self.own_usage or Usage(), Usage.from_flat({key: amount})])

    def end(self, status: Status = "success", **fields: Any) -> None:
        """End the span; `t1` is now unless given. Ending twice keeps the first end."""
        if self.ended is None:
            if fields:
                self.set(**fields)
            self.status = status
            if self.t1 is None:
                self.t1 = now_ms()
            self.ended = self.recorder.tick()  # last: a reader that sees the tick sees all fields
            for listener in self.recorder.listeners:
                listener.ended(self)

    def fail(self, error: BaseException) -> None:
        """End the span with an exception; an interruption cancels it, which is no error."""
        status = status_after(error)
        self.end(status, error=None if status == "cancelled" else Fault(type(error).__name__, message_of(error)))


_FIELDS = frozenset({*Fields.__annotations__, *Record.__annotations__})


class Recorder:
    """Collects the spans and events of one test, from any task and thread; what is rarely set is a class default."""

    listeners: tuple[Listener, ...] = ()
    """What is told of each span and event while it is recorded; see `listen`."""
    looked_at: bool = False
    """Whether the test asked its trace anything."""
    overflow: str | None = None
    """Set once the cap was hit; the test cannot pass any more."""
    exchanges: Loops | None = None
    """The items, signals and results that lanes exchanged."""
    around: tuple[Recorder, ...] = ()
    """The open recorders whose recordings enclose this one: until it is closed it takes their place."""
    surroundings: Mapping[int, tuple[CodeType, int]] = {}
    """The instruction of each call that went on when the recording was opened."""
    sends: bool = False
    """Whether frameworks send to their own backends during the recording."""
    acts: Acts[Record] | None = None
    """The acts of the test."""
    arrivals: tuple[Callable[[], None], ...] = ()
    """Called before the records are read: each adds the spans that have come from one other process."""
    _closed: bool = False

    def __init__(self, owner: str, *, max_spans: int = 100_000, max_events: int = 1_000_000) -> None:
        self.owner = owner
        """The node id of its test."""
        self.root = Lane(None, 0, "root")
        self.thread = get_ident()
        """The test's own thread: code without a context runs in its lane."""
        self.records: list[Record] = []
        self.notices: list[Notice] = []
        """Events beside start and output, in order."""
        self.handed: dict[int, Record] = {}
        """Spans by the id of OpenTelemetry that programs hand to other processes."""
        self.run_ids: set[str] = set()
        self.call_ids = CallIds()
        self.gaps = Gaps()
        self.collectors: list[type[EventCollector]] = []
        """Collectors of streams that the test itself defined; forgotten with it."""
        self.closing = ExitStack()
        """Closed when the recording ends."""
        self.room = max_spans
        """Number of spans that `add` may keep without further checks; 0 once it is closed or has a listener."""
        self._clock = itertools.count(1)
        self.tick = self._clock.__next__
        """Advances logical time; atomic."""
        self._max_spans = max_spans
        self._max_events = max_events
        self._lock = threading.Lock()

    @property
    def closed(self) -> bool:
        """Whether the test is over: what starts now is late."""
        return self._closed

    @closed.setter
    def closed(self, over: bool) -> None:
        self._closed = over
        self.make_room()

    @property
    def version(self) -> tuple[str, int, int, int]:
        """Differs whenever something was recorded since; a running span may change without it."""
        clock = repr(self._clock)  # reads the count without advancing it
        return clock, len(self.records), len(self.notices), len(self.gaps.strays)

    def take_arrivals(self) -> None:
        """Record what has come from other processes."""
        for add in self.arrivals:
            add()

    def let_go(self) -> None:
        """Drop all records: the tree holds the needed data, and a leftover thread may keep the recorder alive."""
        self.records.clear()
        self.notices.clear()
        self.handed.clear()
        self.exchanges, self.acts, self.surroundings = None, None, {}

    def listen(self, listener: Listener) -> None:
        """Tell a listener of what is recorded from now on, until `unlisten`."""
        with self._lock:
            self.listeners = (*self.listeners, listener)
            self.make_room()

    def unlisten(self, listener: Listener) -> None:
        """Stop telling a listener; unknown ones are ignored."""
        with self._lock:
            self.listeners = tuple(one for one in self.listeners if one is not listener)
            self.make_room()

    def add(self, record: Record) -> None:
        """Keep a started span."""
        if self._closed:
            self.gaps.start_late(Stray(record.name, record.type, self.owner))
            return
        self.records.append(record)
        if len(self.records) > self._max_spans:
            self._overflow(f"more than {self._max_spans} spans, the last one {record.name!r}", "trace_max_spans")
        for listener in self.listeners:
            listener.started(record)

    def emit(self, record: Record, type: str, payload: Any = None, *, t: float | None = None) -> None:
        """Record an event of a span, as in `emit(record, "chunk", "It is ")`; `t` is now unless given."""
        notice = Notice(record, type, plain(payload), clock=self.tick(), t=now_ms() if t is None else t)
        self.notices.append(notice)
        for listener in self.listeners:
            listener.noted(notice)
        if len(self.notices) > self._max_events:
            self._overflow(f"more than {self._max_events} events, the last one of {record.name!r}", "trace_max_events")

    def make_room(self) -> None:
        """Update the number of spans that `add` may keep without further checks."""
        self.room = 0 if self._closed or self.listeners or self.acts is not None else self._max_spans

    def _overflow(self, what: str, ini: str) -> None:
        self.overflow = f"the program recorded {what}; raise the ini option `{ini}` if that is meant"
        raise RunawayTrace(self.overflow)


class Notice:
    """An event while it is being recorded."""

    __slots__ = ("clock", "payload", "record", "t", "type")

    def __init__(self, record: Record, type: str, payload: Any, *, clock: int, t: float) -> None:
        self.record = record
        self.type = known_type(type)
        self.payload = payload
        self.clock = clock
        self.t = t
