"""Records the sends and takes of lanes; `new_lanes` decides later which order was luck."""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import NamedTuple

from pytest_traces.model.lane import Lane
from pytest_traces.runtime.exchanges.iterations import Iteration, iteration
from pytest_traces.runtime.recording.context import harmless, note_trouble
from pytest_traces.runtime.recording.recorder import Notice, Place, Record, Recorder


class Send(NamedTuple):
    """One lane sends an item, a signal or the result of a task to others."""

    lane: Lane
    clock: int
    """Logical time; the lane that takes it learns of all that the sender did before."""


class Turn:
    """One run of a loop in which a lane takes item after item."""

    def __init__(self, channel: Channel, lane: Lane, repeated: Iteration, begun: int) -> None:
        self.channel = channel
        self.lane = lane
        self.iteration: Iteration | None = repeated
        """The loop, until it is over."""
        self.begun = begun
        self.asks: int | None = None
        """Logical time of the request for the next item: the work on the last one is over."""
        self.left: int | None = None
        """Logical time at which the end of the loop was found."""


class Take(NamedTuple):
    """One lane took something, from one sender or from one of several."""

    lane: Lane
    clock: int
    send: Send | None
    """The send that it took; `None` if that is unknown."""
    asked: int = 0
    """Logical time of the request."""
    turn: Turn | None = None
    """The loop in which it takes items; `None` if the call is not repeated."""
    visits: bool = False
    """Whether the lane begins with this item, because a worker of another test took it."""


class Channel:
    """Sends and takes of one queue, event or race of tasks during one recording."""

    def __init__(self, *, in_order: bool = True, once: bool = False, spare: int = 0) -> None:
        self.in_order = in_order
        """Whether items are taken in the order of their sends."""
        self.once = once
        """Whether one send is enough for every take, as for an event."""
        self.spare = spare
        """How many takes need no send, as for a semaphore."""
        self.sends: list[Send] = []
        self.takes: list[Take] = []
        self.consumers: set[object] = set()
        """Lanes, tasks and threads that requested an item."""
        self.lends = False
        """Whether taken items are returned, as connections of a pool: which lane has one is luck."""


class Exchanges:
    """The channels of one recording, and the loops that take from them now."""

    def __init__(self, recorder: Recorder) -> None:
        self.channels: list[Channel] = []
        self._recorder = recorder
        self._turns: dict[Lane, list[Turn]] = {}
        self._open = 0
        self._lock = threading.Lock()
        recorder.closing.callback(self._let_go)

    def open(self, channel: Channel) -> Channel:
        """Keep a new channel."""
        self.channels.append(channel)
        return channel

    def take(self, channel: Channel, place: Place, send: Send | None, repeated: Iteration | None) -> None:
        """Record that a lane took something, in a loop or not."""
        turn = None
        if repeated is not None:
            turn = self._turn(channel, place.lane, repeated) or self._begin(channel, place, repeated)
        now = self._recorder.tick()
        asked = now
        if turn is not None:
            asked, turn.asks = turn.asks or now, None
        channel.takes.append(Take(place.lane, now, send, asked, turn))

    def ask(self, channel: Channel, place: Place, repeated: Iteration | None) -> None:
        """Record that a lane requests the next item, in a loop or not."""
        turn = None if repeated is None else self._turn(channel, place.lane, repeated)
        if turn is not None and turn.asks is None:
            turn.asks = self._recorder.tick()

    def look(self, lane: Lane, clock: int | None = None) -> None:
        """Find out which loops of a lane the running code has left, at a logical time or now."""
        turns = self._turns.get(lane)
        if turns:
            frame = sys._getframe(1)
            while turns and not _goes_on(turns[-1], frame):
                self._leave(turns, clock)

    @harmless
    def started(self, record: Record) -> None:
        """Look at the loops of a lane that starts a span."""
        self.look(record.lane, record.started)

    def ended(self, record: Record) -> None:
        """Do nothing: the end of a span is no evidence about loops."""

    def noted(self, notice: Notice) -> None:
        """Do nothing: an event is no evidence about loops."""

    def _turn(self, channel: Channel, lane: Lane, repeated: Iteration) -> Turn | None:
        """Return the run of a loop that takes from a channel, if it took something before."""
        self.look(lane)
        turns = self._turns.get(lane, [])
        if not any(turn.channel is channel and turn.iteration == repeated for turn in turns):
            return None
        while turns[-1].channel is not channel or turns[-1].iteration != repeated:
            self._leave(turns)
        return turns[-1]

    def _begin(self, channel: Channel, place: Place, repeated: Iteration) -> Turn:
        begun = Turn(channel, place.lane, repeated, self._recorder.tick())
        self._turns.setdefault(place.lane, []).append(begun)
        self._count(1)
        return begun

    def _leave(self, turns: list[Turn], clock: int | None = None) -> None:
        turn = turns.pop()
        turn.left = self._recorder.tick() if clock is None else clock
        turn.iteration = None
        self._count(-1)

    def _let_go(self) -> None:
        """Release the program's frames: the recording is over."""
        for turns in self._turns.values():
            for turn in turns:
                turn.iteration = None

    def _count(self, change: int) -> None:
        """Listen to starts of spans as long as a loop goes on."""
        with self._lock:
            self._open += change
            if self._open == change == 1:
                self._recorder.listen(self)
            elif not self._open:
                self._recorder.unlisten(self)


def _goes_on(turn: Turn, frame: FrameType) -> bool:
    return turn.iteration is not None and turn.iteration.goes_on(frame)


def exchanges_of(recorder: Recorder) -> Exchanges:
    """Return the exchanges of a recording."""
    if recorder.exchanges is None:
        recorder.exchanges = Exchanges(recorder)
    assert isinstance(recorder.exchanges, Exchanges)
    return recorder.exchanges


def repeated_call(place: Place | None, depth: int) -> Iteration | None:
    """Return the loop around a call, `depth` frames above the calling function."""
    try:
        return None if place is None else iteration(sys._getframe(depth + 1), place.recorder.surroundings)
    except Exception as error:
        note_trouble(error)
        return None
