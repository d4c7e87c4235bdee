"""Notes which test put an item into a queue: the work on an item belongs to that test, whichever worker does it."""

from __future__ import annotations

import asyncio
import queue
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from typing import Any
from weakref import WeakSet

from pytest_traces.runtime.lanes.branching import Patch
from pytest_traces.runtime.lanes.visiting import Sent, Taken, leave, sent_now


def queue_patches() -> list[Patch]:
    """Return what to replace while a recording is open, and by what."""
    _forget_what_was_taken_unseen()
    return [
        (queue.Queue, "put", _watched_put),
        (queue.Queue, "get", _watched_get),
        (queue, "SimpleQueue", lambda original: SimpleQueue),
        (asyncio.Queue, "put_nowait", _watched_put),
        (asyncio.Queue, "get_nowait", _watched_get_nowait),
        (asyncio.Queue, "get", _watched_wait),
    ]


class Senders:
    """Who sent what is in a queue: items are told apart by identity, as heaps and stacks reorder them."""

    def __init__(self) -> None:
        self._sent: dict[int, list[Sent | None]] = {}

    def add(self, item: object) -> None:
        """Note that the running code sends an item."""
        self._sent.setdefault(id(item), []).append(sent_now())

    def withdraw(self, item: object) -> None:
        """Take the last note of an item back: the queue refused it."""
        self._sent[id(item)].pop()

    def take(self, item: object) -> Sent | None:
        """Return who sent an item that was taken."""
        known = self._sent.get(id(item), [])
        sent = known.pop(0) if known else None
        if not known:
            self._sent.pop(id(item), None)
        return sent

    def keep_only(self, items: Iterable[object]) -> None:
        """Forget the items that are in the queue no more."""
        held = Counter(map(id, items))
        self._sent = {one: sent[-held[one] :] for one, sent in self._sent.items() if held[one]}


_QUEUES: WeakSet[Any] = WeakSet()


def _senders(of: Any) -> Senders:
    found = vars(of).get("_pytest_traces_senders")
    if found is None:
        found = vars(of).setdefault("_pytest_traces_senders", Senders())
        with suppress(TypeError):  # a subclass may have no hash
            _QUEUES.add(of)
    return found  # type: ignore[no-any-return]


def _forget_what_was_taken_unseen() -> None:
    """Compare the notes with the queues: between two recordings items come and go unseen."""
    for one in list(_QUEUES):
        with suppress(Exception):  # a subclass may hold its items elsewhere
            _senders(one).keep_only(list(getattr(one, "_queue" if isinstance(one, asyncio.Queue) else "queue")))


def _watched_put(put: Callable[..., None]) -> Callable[..., None]:
    def watched(to: Any, item: Any, *args: Any, **options: Any) -> None:
        senders = _senders(to)
        senders.add(item)
        try:
            put(to, item, *args, **options)
        except BaseException:
            senders.withdraw(item)
            raise

    return watched


def _watched_get(get: Callable[..., Any]) -> Callable[..., Any]:
    def watched(of: Any, *args: Any, **options: Any) -> Any:
        leave(of)
        item = get(of, *args, **options)
        Taken(_senders(of).take(item), of).visit()
        return item

    return watched


def _watched_get_nowait(get_nowait: Callable[..., Any]) -> Callable[..., Any]:
    def watched(of: Any) -> Any:
        leave(of)
        item = get_nowait(of)
        taken = Taken(_senders(of).take(item), of)
        taken.visit()
        task = asyncio.current_task()
        if task is not None and getattr(task.get_coro(), "cr_code", None) is _waiting_for_an_item.__code__:
            task._pytest_traces_taken = taken  # type: ignore[attr-defined]  # for the code that awaits this task
        return item

    return watched


def _watched_wait(get: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(get)
    def watched(of: Any) -> Any:
        return _waiting_for_an_item(get, of)

    return watched


async def _waiting_for_an_item(get: Callable[..., Any], of: Any) -> Any:
    leave(of)
    return await get(of)


_C_QUEUE = queue.SimpleQueue


class SimpleQueue(queue.SimpleQueue[Any]):
    """A queue made while a recording is open; the original is written in C and cannot be watched."""

    def __new__(cls) -> Any:
        """Return an original to a pool: what is submitted brings its own lane."""
        maker = sys._getframe(1).f_globals.get("__name__", "")
        return _C_QUEUE() if maker.startswith("concurrent.futures") else super().__new__(cls)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item, and note who sends it."""
        _senders(self).add(item)
        super().put(item, block, timeout)

    def put_nowait(self, item: Any) -> None:
        """Put an item, and note who sends it."""
        self.put(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item, and work for the test that sent it."""
        leave(self)
        item = super().get(block, timeout)
        Taken(_senders(self).take(item), self).visit()
        return item

    def get_nowait(self) -> Any:
        """Take an item, and work for the test that sent it."""
        return self.get(False)
