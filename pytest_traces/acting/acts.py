"""The acts of one recording in the order of their definition, for calls of any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from pytest_traces.acting.act import Act
from pytest_traces.errors import TracesError
from pytest_traces.model.span import SpanData
from pytest_traces.runtime.effects import Calls, Effect, Responds, Says, Strike
from pytest_traces.runtime.harvest.tree import tree_of
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.recorder import Record, Recorder


class RecordedActs:
    """Finds the act for each call of a recording; a call that trees leave out runs unchanged."""

    def __init__(self) -> None:
        self.every: list[Act] = []
        self.refused: list[TracesError] = []
        """The reasons why an effect was impossible for a matching call."""
        self.asked: set[str] = set()
        """The calls for which the acts were checked."""
        self.requested: set[str] = set()
        """The calls whose requests could be answered."""
        self.promised: dict[str, Says | Calls] = {}
        """The response to the next request of each call."""
        self._numbers = count(1)
        self._judged = 0
        self._lock = threading.Lock()

    def add(self, act: Act, made: int) -> None:
        """Add an act for calls that begin from now on, after all other acts."""
        act.made = made
        with self._lock:
            self.every = [*self.every, act]

    def take_unjudged(self) -> tuple[list[Act], list[TracesError]]:
        """Return the acts and refusals since the last call of this method: a teardown judges its own ones."""
        with self._lock:
            acts, self._judged = self.every[self._judged :], len(self.every)
            refused, self.refused = self.refused, []
            return acts, refused

    def on_call(self, record: Record) -> Strike | None:
        """Return the effect in place of a call; `None` if the call runs unchanged. Each call is checked once."""
        with self._lock:
            if record.call_id in self.asked:
                return None
            self.asked.add(record.call_id)
        return self._take(record, lambda act: not isinstance(act.effect, Responds))

    def promise(self, record: Record, effect: Says | Calls) -> None:
        """Use the effect as answer to the SDK request that this call makes."""
        with self._lock:
            self.promised[record.call_id] = effect

    def on_request(self, record: Record) -> Responds | Says | Calls | None:
        """Return the response in place of the network to a request of a model call; `None` if it is sent."""
        with self._lock:
            self.requested.add(record.call_id)
        strike = self._take(record, lambda act: isinstance(act.effect, Responds))
        if strike is not None and isinstance(strike.effect, Responds):
            return strike.effect
        with self._lock:
            return self.promised.pop(record.call_id, None)

    def refuse(self, record: Record, effect: Effect, why: str) -> TracesError:
        """Record that an effect is impossible for a call, which fails the test; return the error to raise."""
        error = TracesError(f"{effect} is impossible for {record.type} {record.name!r}: {why}")
        with self._lock:
            self.refused.append(error)
        return error

    def _take(self, record: Record, wanted: Callable[[Act], bool]) -> Strike | None:
        possible = [act for act in self.every if act.effect is not None and wanted(act) and act.may_match(record)]
        if not possible or record.recorder.closed:
            return None
        call, matching = self._matching(record, possible)
        taken: Act | None = None
        with self._lock:
            for act in matching:
                if act.record_match(record.call_id, free=taken is None):
                    taken = act
        if taken is None or taken.effect is None or call is None:
            return None
        return Strike(self._own(taken.effect), call)

    def _own(self, effect: Effect) -> Effect:
        """Give each tool call in the answer of a model an id of its own."""
        if not isinstance(effect, Calls):
            return effect
        with self._lock:
            number = next(self._numbers)
        return effect if number == 1 else replace(effect, call_id=f"{effect.call_id}_{number}")

    def _matching(self, record: Record, possible: list[Act]) -> tuple[SpanData | None, list[Act]]:
        """Check the conditions of an act for a drawn call, with the records above the call."""
        try:
            tree = tree_of(upwards(record))
            call = tree.by_id.get(record.call_id)
            return call, [act for act in possible if call is not None and act.asked.holds(call, tree)]
        except Exception as error:  # a predicate of the test
            with self._lock:
                self.refused.append(TracesError(f"the condition of an act raised {type(error).__name__}: {error}"))
            return None, []


def act_in(recorder: Recorder, act: Act) -> None:
    """Add an act to a recording: it is checked before each later call."""
    if not isinstance(recorder.acts, RecordedActs):
        recorder.acts = RecordedActs()
        recorder.make_room()
    recorder.acts.add(act, made=recorder.tick())
