"""Finds which sends a take depends on, under every order of the senders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from pytest_traces.analysis.ordering.history import History
from pytest_traces.model.lane import Lane
from pytest_traces.runtime.exchanges.channels import Channel, Exchanges, Send, Take
from pytest_traces.runtime.exchanges.new_lanes import Drawing

_MANY = 40
"""Up to this many sends of several lanes are compared one by one; with more of them a wait proves nothing."""

Proof = Callable[[History], bool]
"""Tries to prove an order; records it on the lane that learned it, and returns whether it is proved."""


def settled(exchanges: Exchanges, lanes: Iterable[Lane]) -> Drawing:
    """Draw the lanes again, with the waits that takes prove; one proof may lead to another."""
    drawing = Drawing(lanes, exchanges.channels)
    left = [*_proofs(drawing)]
    while left:
        history = History()
        unproved = [proof for proof in left if not proof(history)]
        if len(unproved) == len(left):
            break
        left = unproved
    return drawing


def _proofs(drawing: Drawing) -> Iterator[Proof]:
    in_units = {id(unit.take) for unit in drawing.units}
    for channel in drawing.channels:
        if channel.lends:
            continue
        yield from _of_order(drawing, channel)
        for take in list(channel.takes):
            if id(take) not in in_units and not take.visits:
                yield _Wait(drawing, channel, take)


def _of_order(drawing: Drawing, channel: Channel) -> Iterator[Proof]:
    """Compare the items of one worker: if one was sent before another, the work on it came first, too."""
    works = [(unit.take, unit.lane) for unit in drawing.units if unit.channel is channel and not unit.is_shared]
    if len(channel.consumers) == 1:
        works += [(take, drawing.lane(take.lane, take.clock)) for take in channel.takes if take.visits]
    latest: dict[Lane, tuple[Take, Lane]] = {}
    for work in sorted(works, key=lambda work: work[0].clock):
        for before in latest.values():
            yield _InOrder(drawing, channel, before, work)
        if work[0].send is not None:
            latest[work[0].send.lane] = work
        if len(latest) > _MANY:
            latest.clear()


class _InOrder:
    """Of two pieces of work of one worker, the one whose item was sent first ends before the other begins."""

    def __init__(self, drawing: Drawing, channel: Channel, first: tuple[Take, Lane], second: tuple[Take, Lane]) -> None:
        self._drawing = drawing
        self._in_order = channel.in_order
        self._first, self._first_lane = first
        self._second, self._second_lane = second

    def __call__(self, history: History) -> bool:
        first, second = self._first.send, self._second.send
        if first is None or second is None or not self._is_sure(history, first, second):
            return False
        self._second_lane.hear(self._first_lane, self._second.clock)
        return True

    def _is_sure(self, history: History, first: Send, second: Send) -> bool:
        if self._in_order:
            return _before(self._drawing, history, first, second)
        lane = self._drawing.lane(self._first.lane, self._first.clock - 1)  # a heap needs both to choose between them
        return all(_knows(self._drawing, history, (lane, self._first.clock), send) for send in (first, second))


class _Wait:
    """A take learns of each send without which there were too few sends."""

    def __init__(self, drawing: Drawing, channel: Channel, take: Take) -> None:
        self._drawing = drawing
        self._channel = channel
        self._take = take
        self._lane = drawing.lane(take.lane, take.clock)

    def __call__(self, history: History) -> bool:
        sure = self._sure(history)
        for send in sure:
            self._drawing.learn(self._take.lane, self._take.clock, send.lane, send.clock)
        return bool(sure)

    def _sure(self, history: History) -> Sequence[Send]:
        channel, take = self._channel, self._take
        if len(channel.consumers) > 1:
            return () if take.send is None else [take.send]
        needed = self._needed(history)
        sends = sorted(channel.sends, key=lambda send: send.clock)
        if needed < 1 or not sends:
            return ()
        if len({id(self._drawing.lane(send.lane, send.clock)) for send in sends}) == 1:
            return sends[needed - 1 : needed]
        if len(sends) > _MANY:
            return ()
        possible = [send for send in sends if not self._comes_later(history, send)]
        return [one for one in possible if self._rank(history, one, possible) <= needed]

    def _needed(self, history: History) -> int:
        """Return how many sends must precede a take."""
        if self._channel.once:
            return 1
        take, others = self._take, self._channel.takes
        mine = sum(other.lane is take.lane and other.clock <= take.clock for other in others)
        if len(others) <= _MANY:
            for other in others:
                lane = self._drawing.lane(other.lane, other.clock)
                mine += other.lane is not take.lane and history.knows(self._lane, take.clock, lane, other.clock)
        return mine - self._channel.spare

    def _comes_later(self, history: History, send: Send) -> bool:
        lane = self._drawing.lane(send.lane, send.clock)
        return send.clock > self._take.clock and history.knows(lane, send.clock, self._lane, self._take.clock)

    def _rank(self, history: History, one: Send, possible: Sequence[Send]) -> int:
        """Return the last position that a send may have among the possible ones."""
        return sum(send is one or not _before(self._drawing, history, one, send) for send in possible)


def _before(drawing: Drawing, history: History, first: Send, second: Send) -> bool:
    return _knows(drawing, history, (drawing.lane(second.lane, second.clock), second.clock), first)


def _knows(drawing: Drawing, history: History, moment: tuple[Lane, int], send: Send) -> bool:
    return history.knows(*moment, drawing.lane(send.lane, send.clock), send.clock)
