"""Records the senders of the items in a queue, and the exchanges of each recording."""

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
from pytest_traces.runtime.exchanges.visits import Sent, leave, own_place, sent_now, visit
from pytest_traces.runtime.recording.context import harmless, note_trouble
from pytest_traces.runtime.recording.recorder import Place, Recorder


class Asking(NamedTuple):
    """A request for an item."""

    place: Place | None
    """The place of the request; `None` for a worker of no test, or of a finished one."""
    repeated: Iteration | None
    control: object
    """The thread or the task that made it."""

    @property
    def consumer(self) -> object:
        """The identity of the consumer."""
        return self.control if self.place is None else self.place.lane


class Mail:
    """The notes on one queue: the senders of its items, and the exchanges of each recording."""

    def __init__(self, of: Any) -> None:
        self._of = ref(of)
        self._senders: dict[int, list[Sent | None]] = {}  # by identity of the items: heaps and stacks reorder them
        self._held: dict[Lane, Any] = {}
        self._channels: list[tuple[Recorder, Channel]] = []
        self._asking: Counter[object] = Counter()
        self._done: list[Sent] = []

    @harmless
    def put(self, item: object, sent: Sent | None) -> None:
        """Record that an item is sent; an item that a lane took and returns is not sent."""
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
        """Remove the last note of an item, because the queue refused the item."""
        sent = self._senders.get(id(item), [None]).pop()
        if sent is not None:
            with suppress(ValueError):
                self._channel(sent.place.recorder).sends.remove(Send(sent.place.lane, sent.clock))

    def ask(self, depth: int) -> Asking:
        """Record that the code some frames above requests an item."""
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
        """Record the end of a request."""
        self._asking[asking.consumer] -= 1
        if not self._asking[asking.consumer]:
            del self._asking[asking.consumer]

    @harmless
    def take(self, item: object) -> Sent | None:
        """Return the sender of an item that was taken."""
        known = self._senders.get(id(item), [])
        sent = known.pop(0) if known else None
        if not known:
            self._senders.pop(id(item), None)
        return sent

    @harmless
    def hand(self, item: object, sent: Sent | None, asking: Asking) -> None:
        """Give an item to the code that requested it, which then works for the sender's test, if it may."""
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
        """Record that the work on an item is over."""
        sent = sent_now()
        if sent is not None:
            self._done.append(sent)

    @harmless
    def joined(self) -> None:
        """Order the running code after all finished work."""
        sent = sent_now()
        if sent is not None:
            for one in self._done:
                if one.place.recorder is sent.place.recorder:
                    sent.place.lane.hear(one.place.lane, sent.clock, one.clock)

    @harmless
    def forget_what_was_taken_unseen(self) -> None:
        """Drop notes of items that left the queue between two recordings."""
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
    """Return an identity of the running task or thread that does not keep it alive."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    return threading.get_ident() if task is None else ref(task)


def _is_in_order(of: Any) -> bool:
    kind = type(of)
    originals = (queue.Queue._get, asyncio.Queue._get)
    return issubclass(kind, queue.SimpleQueue) or getattr(kind, "_get", queue.Queue._get) in originals
