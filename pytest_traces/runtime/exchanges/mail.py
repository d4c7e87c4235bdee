"""Notes who sent what is in a queue, and what went through it in each recording."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import Counter
from contextlib import suppress
from typing import Any, NamedTuple
from weakref import ref

from pytest_traces.model.lane import Lane
from pytest_traces.runtime.exchanges.channels import Channel, Send, Take, exchanges_of, repeated_call
from pytest_traces.runtime.exchanges.iterations import Iteration
from pytest_traces.runtime.exchanges.visiting import Sent, leave, own_place, sent_now, visit
from pytest_traces.runtime.recording.context import harmless, note_trouble
from pytest_traces.runtime.recording.recorder import Place, Recorder


class Asking(NamedTuple):
    """A request for an item."""

    place: Place | None
    """Where it was made; `None` for a worker that belongs to no test, or to one that is over."""
    repeated: Iteration | None
    control: object
    """The thread or the task that made it."""

    @property
    def consumer(self) -> object:
        """What makes it another consumer than others."""
        return self.control if self.place is None else self.place.lane


class Mail:
    """What is noted of one queue: who sent what is in it, and what went through it in each recording."""

    def __init__(self, of: Any) -> None:
        self._of = ref(of)
        self._senders: dict[int, list[Sent | None]] = {}  # by identity of the items: heaps and stacks reorder them
        self._held: dict[Lane, Any] = {}
        self._channels: list[tuple[Recorder, Channel]] = []
        self._asking: Counter[object] = Counter()
        self._done: list[Sent] = []

    @harmless
    def put(self, item: object, sent: Sent | None) -> None:
        """Note that an item is sent; what a lane took and gives back is not."""
        if sent is not None:
            channel = self._channel(sent.place.recorder)
            held = self._held.pop(sent.place.lane, None)
            if held is not None and held() is item:
                channel.lends = True
                sent = None
            else:
                channel.sends.append(Send(sent.place.lane, sent.clock))
        self._senders.setdefault(id(item), []).append(sent)

    @harmless
    def withdraw(self, item: object) -> None:
        """Take the last note of an item back: the queue refused it."""
        sent = self._senders.get(id(item), [None]).pop()
        if sent is not None:
            with suppress(ValueError):
                self._channel(sent.place.recorder).sends.remove(Send(sent.place.lane, sent.clock))

    def ask(self, depth: int) -> Asking:
        """Note that code so many frames above asks for an item."""
        leave(self._of())
        try:
            return self._ask(depth + 1)
        except Exception as error:
            note_trouble(error)
            return Asking(None, None, None)

    def _ask(self, depth: int) -> Asking:
        place = own_place()
        asking = Asking(place, repeated_call(place, depth + 1), running_control())
        self._asking[asking.consumer] += 1
        if place is not None:
            exchanges_of(place.recorder).ask(self._channel(place.recorder), place, asking.repeated)
        for _, channel in self._channels:
            channel.consumers.add(asking.consumer)
        return asking

    @harmless
    def answered(self, asking: Asking) -> None:
        """Note that an asker does not ask any more."""
        self._asking[asking.consumer] -= 1
        if not self._asking[asking.consumer]:
            del self._asking[asking.consumer]

    @harmless
    def take(self, item: object) -> Sent | None:
        """Return who sent an item that was taken."""
        known = self._senders.get(id(item), [])
        sent = known.pop(0) if known else None
        if not known:
            self._senders.pop(id(item), None)
        return sent

    @harmless
    def hand(self, item: object, sent: Sent | None, asking: Asking) -> None:
        """Let the code that asked work on an item: for its sender's test, if it is free to."""
        place = asking.place
        visiting = None if sent is None else visit(sent, self._of())
        if visiting is not None and sent is not None:
            channel = self._channel(visiting.recorder)
            given = Send(sent.place.lane, sent.clock)
            channel.takes.append(Take(visiting.lane, visiting.recorder.tick(), given, visits=True))
        elif place is not None:
            send = None if sent is None else Send(sent.place.lane, sent.clock)
            is_ours = sent is not None and sent.place.recorder is place.recorder
            exchanges = exchanges_of(place.recorder)
            exchanges.take(self._channel(place.recorder), place, send if is_ours else None, asking.repeated)
            with suppress(TypeError):
                self._held[place.lane] = ref(item)

    @harmless
    def done(self) -> None:
        """Note that the work on an item is over."""
        sent = sent_now()
        if sent is not None:
            self._done.append(sent)

    @harmless
    def joined(self) -> None:
        """Let the running code know all work that is over."""
        sent = sent_now()
        if sent is not None:
            for one in self._done:
                if one.place.recorder is sent.place.recorder:
                    sent.place.lane.hear(one.place.lane, sent.clock, one.clock)

    @harmless
    def forget_what_was_taken_unseen(self) -> None:
        """Compare the notes with the queue: between two recordings items come and go unseen."""
        self._channels = [pair for pair in self._channels if not pair[0].closed]
        self._done = [sent for sent in self._done if not sent.place.recorder.closed]
        self._held = {}
        of = self._of()
        with suppress(Exception):  # a subclass may hold its items elsewhere
            items = Counter(map(id, getattr(of, "_queue" if isinstance(of, asyncio.Queue) else "queue")))
            self._senders = {one: sent[-items[one] :] for one, sent in self._senders.items() if items[one]}

    def _channel(self, recorder: Recorder) -> Channel:
        for known, channel in self._channels:
            if known is recorder:
                return channel
        channel = exchanges_of(recorder).open(Channel(in_order=_is_in_order(self._of())))
        channel.consumers.update(self._asking)
        self._channels.append((recorder, channel))
        return channel


def running_control() -> object:
    """Return what names the running thread of control, and does not keep it alive."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    return threading.get_ident() if task is None else ref(task)


def _is_in_order(of: Any) -> bool:
    kind = type(of)
    originals = (queue.Queue._get, asyncio.Queue._get)
    return issubclass(kind, queue.SimpleQueue) or getattr(kind, "_get", queue.Queue._get) in originals
