"""Races of tasks and futures, whose order is luck: `FIRST_COMPLETED`, `as_completed`, a timeout."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pytest_traces.model.lane import Lane
from pytest_traces.runtime.exchanges.channels import Channel, Send, exchanges_of
from pytest_traces.runtime.exchanges.iterations import Iteration
from pytest_traces.runtime.recording.branches import place_of
from pytest_traces.runtime.recording.context import harmless
from pytest_traces.runtime.recording.recorder import Place

NEVER = 1 << 50
"""Later than every logical time: the end of a task is unknown before a wait for it."""


class Race:
    """Tasks that one lane awaits in any order."""

    def __init__(self, place: Place, repeated: Iteration | None) -> None:
        self._place = place
        self._repeated = repeated
        self._channel = exchanges_of(place.recorder).open(Channel(in_order=False))
        self._over: set[Lane] = set()

    def is_run_in(self, place: Place) -> bool:
        """Return whether the code in a place awaits these tasks."""
        return place.lane is self._place.lane

    def enter(self, runner: Any) -> None:
        """Add a task to the race."""
        place = place_of(runner)
        if place is not None and place.recorder is self._place.recorder:
            runner._pytest_traces_race = self
            self._channel.sends.append(Send(place.lane, NEVER))

    def finish(self, runner: Any) -> None:
        """Record that the lane that awaits the race found a task finished."""
        place = place_of(runner)
        if place is not None and place.lane not in self._over:
            self._over.add(place.lane)
            send = Send(place.lane, NEVER)
            exchanges_of(place.recorder).take(self._channel, self._place, send, self._repeated)


@harmless
def race(runners: Iterable[Any], place: Place, repeated: Iteration | None) -> None:
    """Record that the code in a place awaits some tasks in any order."""
    tasks = list(runners)
    known = [one for one in map(race_of, tasks) if one is not None and one.is_run_in(place)]
    running = known[0] if known else Race(place, repeated)
    for task in tasks:
        if race_of(task) is None:
            running.enter(task)


@harmless
def race_of(runner: Any) -> Race | None:
    """Return the race that a task or a future takes part in."""
    found = getattr(runner, "_pytest_traces_race", None)
    return found if isinstance(found, Race) else None
