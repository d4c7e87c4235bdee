"""Notes who put an item into a queue and who took it: the work on it belongs to the test that put it there."""

from __future__ import annotations

import asyncio
import queue
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import Any
from weakref import WeakSet

from pytest_traces.runtime.exchanges.mail import Asking, Mail, running_control
from pytest_traces.runtime.exchanges.visiting import Sent, sent_now
from pytest_traces.runtime.recording.branching import Patch, place_of


def queue_patches() -> list[Patch]:
    """Return what to replace while a recording is open, and by what."""
    for one in list(_QUEUES):
        _mail(one).forget_what_was_taken_unseen()
    return [
        (queue.Queue, "put", _watched_put),
        (queue.Queue, "get", _watched_get),
        (queue.Queue, "task_done", _watched_task_done),
        (queue.Queue, "join", _watched_join),
        (queue, "SimpleQueue", lambda original: SimpleQueue),
        (asyncio.Queue, "put_nowait", _watched_put),
        (asyncio.Queue, "get_nowait", _watched_get_nowait),
        (asyncio.Queue, "get", _watched_wait),
        (asyncio.Queue, "task_done", _watched_task_done),
        (asyncio.Queue, "join", _watched_async_join),
    ]


_QUEUES: WeakSet[Any] = WeakSet()


def _mail(of: Any) -> Mail:
    found = vars(of).get("_pytest_traces_mail")
    if found is None:
        found = vars(of).setdefault("_pytest_traces_mail", Mail(of))
        with suppress(TypeError):  # a subclass may have no hash
            _QUEUES.add(of)
    return found  # type: ignore[no-any-return]


def _sender(item: object) -> Sent | None:
    """Return who sends an item: `asyncio.as_completed` sends a task when it is over, and the task is the sender."""
    place = place_of(item)
    if place is not None and sys._getframe(2).f_globals.get("__name__") == "asyncio.tasks":
        return Sent(place, place.recorder.tick())
    return sent_now()


def _watched_put(put: Callable[..., None]) -> Callable[..., None]:
    def watched(to: Any, item: Any, *args: Any, **options: Any) -> None:
        mail = _mail(to)
        mail.put(item, _sender(item))
        try:
            put(to, item, *args, **options)
        except BaseException:
            mail.withdraw(item)
            raise

    return watched


def _watched_get(get: Callable[..., Any]) -> Callable[..., Any]:
    def watched(of: Any, *args: Any, **options: Any) -> Any:
        return _get(of, get, *args, **options)

    return watched


def _get(of: Any, get: Callable[..., Any], *args: Any, **options: Any) -> Any:
    mail = _mail(of)
    asking = mail.ask(2)
    try:
        item = get(of, *args, **options)
    finally:
        mail.answered(asking)
    mail.hand(item, mail.take(item), asking)
    return item


def _watched_get_nowait(get_nowait: Callable[..., Any]) -> Callable[..., Any]:
    def watched(of: Any) -> Any:
        if sys._getframe(1).f_code is _GET:  # which hands the item out itself
            return get_nowait(of)
        return _get(of, get_nowait)

    return watched


_GET = asyncio.Queue.get.__code__


def _watched_wait(get: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(get)
    def watched(of: Any) -> Any:
        return _wait(get, of, _mail(of).ask(1))

    return watched


async def _wait(get: Callable[..., Any], of: Any, asking: Asking) -> Any:
    mail = _mail(of)
    try:
        item = await get(of)
    finally:
        mail.answered(asking)
    handed = partial(mail.hand, item, mail.take(item), asking)
    task = asyncio.current_task()
    if task is None or running_control() == asking.control:
        handed()
    else:  # as with a timeout: the code that asked awaits this task
        task._pytest_traces_handed = handed  # type: ignore[attr-defined]
    return item


def _watched_task_done(task_done: Callable[[Any], None]) -> Callable[[Any], None]:
    def watched(of: Any) -> None:
        _mail(of).done()
        task_done(of)

    return watched


def _watched_join(join: Callable[[Any], None]) -> Callable[[Any], None]:
    def watched(of: Any) -> None:
        join(of)
        _mail(of).joined()

    return watched


def _watched_async_join(join: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(join)
    async def watched(of: Any) -> None:
        await join(of)
        _mail(of).joined()

    return watched


_C_QUEUE = queue.SimpleQueue


class SimpleQueue(queue.SimpleQueue[Any]):
    """A queue made while a recording is open; the original is written in C and cannot be watched."""

    def __new__(cls) -> Any:
        """Return an original to a pool: what is submitted brings its own lane."""
        maker = sys._getframe(1).f_globals.get("__name__", "")
        return _C_QUEUE() if maker.startswith(("concurrent.", "multiprocessing.")) else super().__new__(cls)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item, and note who sends it."""
        _mail(self).put(item, sent_now())
        super().put(item, block, timeout)

    def put_nowait(self, item: Any) -> None:
        """Put an item, and note who sends it."""
        self.put(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item, and work for the test that sent it."""
        return _get(self, _C_QUEUE.get, block, timeout)

    def get_nowait(self) -> Any:
        """Take an item, and work for the test that sent it."""
        return _get(self, _C_QUEUE.get, False)
