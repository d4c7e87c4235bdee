"""Decides which exchanges of a recording were certain and which were luck, and makes new lanes.

Which worker takes which item, and which of several tasks is first, is luck. So the work on one item gets a lane of its
own, which begins at the send of the item. A wait proves only the sends that it needs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping

from pytest_traces.analysis.ordering.history import FOREVER
from pytest_traces.model.lane import Lane
from pytest_traces.runtime.exchanges.channels import Channel, Take

Raw = Lane
"""A recorded lane; the lanes that are made here have the type `Lane`."""


class Unit:
    """The code of a lane from one take to the next: the work on one item."""

    def __init__(self, channel: Channel, take: Take, until: float) -> None:
        assert take.send is not None
        assert take.turn is not None
        self.channel = channel
        self.take = take
        self.send = take.send
        self.turn = take.turn
        self.until = until
        self.is_shared = len(channel.consumers) > 1
        """Whether another lane could have taken the item."""
        self.lane = take.lane
        """Drawn by `Drawing`."""

    @property
    def origin(self) -> tuple[Raw, int]:
        """The lane and the logical time in which it begins."""
        return (self.send.lane, self.send.clock) if self.is_shared else (self.turn.lane, self.turn.begun)


def units_of(channel: Channel, turning: Collection[Raw]) -> Iterator[Unit]:
    """Yield the units of a channel whose items are taken in a loop, if their order may be luck."""
    if channel.lends or not _is_by_luck(channel, turning):
        return
    following: dict[int, int] = {}
    for take in reversed(channel.takes):
        if take.turn is not None:
            end = min(FOREVER if end is None else end for end in (take.turn.left, take.turn.asks))
            if take.send is not None:
                yield Unit(channel, take, following.get(id(take.turn), end))
            following[id(take.turn)] = take.asked


def _is_by_luck(channel: Channel, turning: Collection[Raw]) -> bool:
    """Return whether several lanes send or take; a lane with taking loops counts as several."""
    senders = {send.lane for send in channel.sends}
    return len(channel.consumers) > 1 or len(senders) > 1 or any(lane in turning for lane in senders)


class Drawing:
    """New lanes of a recording, with a lane for each unit."""

    def __init__(self, lanes: Iterable[Raw], channels: Iterable[Channel]) -> None:
        self.channels = list(channels)
        turning = {take.lane for channel in self.channels for take in channel.takes if take.turn is not None}
        self.units = [unit for channel in self.channels for unit in units_of(channel, turning)]
        self._units: dict[Raw, list[Unit]] = {}
        for unit in sorted(self.units, key=lambda unit: unit.take.clock):
            self._units.setdefault(unit.take.lane, []).append(unit)
        self._lanes: dict[Raw, Lane] = {}
        self._draw(_reached([*lanes, *self._named()]))

    def lane(self, raw: Raw, clock: float) -> Lane:
        """Return the new lane at a time: of a unit, or of the rest of the recorded lane."""
        units = self._units.get(raw)
        if units:
            for at in range(bisect_right(units, clock, key=_begin) - 1, -1, -1):
                if clock < units[at].until:
                    return units[at].lane
        return self._lanes[raw]

    def learn(self, raw: Raw, since: int, other: Raw, until: int) -> None:
        """Record that one lane, from a time on, comes after the code of another one up to a time."""
        self.lane(raw, since).hear(self.lane(other, until), since, min(since, until))

    def _named(self) -> Iterator[Raw]:
        for channel in self.channels:
            yield from (send.lane for send in channel.sends)
            yield from (take.lane for take in channel.takes)

    def _draw(self, lanes: Mapping[Raw, None]) -> None:
        begun: list[tuple[int, int, Raw | Unit]] = [(lane.clock, 0, lane) for lane in lanes]
        begun += [(unit.origin[1], 1, unit) for unit in self.units]
        for _, _, one in sorted(begun, key=lambda entry: entry[:2]):
            if isinstance(one, Unit):
                lane, clock = one.origin
                one.lane = Lane(self.lane(lane, clock), clock, "task")
            else:
                parent = None if one.parent is None else self.lane(one.parent, one.clock)
                self._lanes[one] = Lane(parent, one.clock, one.kind)
        for raw in lanes:
            for since, other, until in list(raw.heard):
                self.learn(raw, since, other, until)
        waits = _waits(lanes)
        for unit in self.units:
            self._tell(unit, waits)

    def _tell(self, unit: Unit, waits: Mapping[Raw, Mapping[Raw, int]]) -> None:
        """Record which sends a unit comes after, and which lanes come after the unit."""
        begun = unit.take.clock
        if not unit.is_shared:
            unit.lane.hear(self.lane(unit.send.lane, unit.send.clock), begun, min(begun, unit.send.clock))
            if unit.turn.left is not None:
                self.lane(unit.turn.lane, unit.turn.left).hear(unit.lane, unit.turn.left)
                return
        takers = unit.channel.consumers if unit.is_shared else {unit.turn.lane}
        waited = [waits.get(one, {}) if isinstance(one, Lane) else {} for one in takers]
        for waiter in set.intersection(*map(set, waited)):
            since = max(one[waiter] for one in waited)
            if since > begun:
                self.lane(waiter, since).hear(unit.lane, since)


def _waits(lanes: Iterable[Raw]) -> Mapping[Raw, Mapping[Raw, int]]:
    """Return the lanes that waited for the end of a lane, and the times."""
    found: dict[Raw, dict[Raw, int]] = {}
    for lane in lanes:
        for since, other, until in list(lane.heard):
            if since == until:
                found.setdefault(other, {}).setdefault(lane, since)
    return found


def _reached(lanes: Iterable[Raw]) -> Mapping[Raw, None]:
    """Return lanes, their parents, and the lanes that they come after."""
    reached: dict[Raw, None] = {}
    left = list(lanes)
    while left:
        lane = left.pop()
        if lane not in reached:
            reached[lane] = None
            left.extend(heard.lane for heard in lane.heard)
            if lane.parent is not None:
                left.append(lane.parent)
    return reached


def _begin(unit: Unit) -> int:
    return unit.take.clock
