"""Records which lane put an item into a queue and which took it: the work belongs to the sender's test."""

from __future__ import annotations

import asyncio
import queue
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from typing import Any
from weakref import WeakSet, ref

from pytest_traces.runtime.calls.callers import calling_frame
from pytest_traces.runtime.exchanges.iterations import is_scheduler
from pytest_traces.runtime.exchanges.mail import Asking, Mail, running_control
from pytest_traces.runtime.exchanges.visits import Sent, sent_now
from pytest_traces.runtime.recording.branches import Patch, place_of, use
from pytest_traces.runtime.recording.context import note_trouble
from pytest_traces.runtime.recording.recorder import Place


def queue_patches() -> list[Patch]:
    """Return the functions to replace while a recording is open, and their wrappers."""
    for one in list(_QUEUES):
        _mail(one).forget_what_was_taken_unseen()
    return [
        (queue.Queue, "put", _watched_put),
        (queue.Queue, "get", _watched_get),
        (queue.Queue, "task_done", _watched_task_done),
        (queue.Queue, "join", _watched_join),
        (queue, "SimpleQueue", lambda original: SimpleQueue),
        (asyncio.Queue, "put_nowait", _watched_put),
        (asyncio.Queue, "get_nowait", watched_get_nowait(asyncio.Queue.get, _itself)),
        (asyncio.Queue, "get", watched_wait(_itself)),
        (asyncio.Queue, "task_done", _watched_task_done),
        (asyncio.Queue, "join", _watched_async_join),
    ]


def _itself(of: Any) -> Any:
    return of


_QUEUES: WeakSet[Any] = WeakSet()
_SLOTTED: dict[int, tuple[Any, Mail]] = {}
"""The notes on queues without attributes, by identity."""


def _mail(of: Any) -> Mail:
    try:
        return _known_mail(of)
    except Exception as error:  # a subclass may refuse attributes in its own way
        note_trouble(error)
        return Mail(Mail)


def _known_mail(of: Any) -> Mail:
    if not hasattr(of, "__dict__"):
        return _mail_of_slotted(of)
    found = vars(of).get("_pytest_traces_mail")
    if found is None:
        found = vars(of).setdefault("_pytest_traces_mail", Mail(of))
        with suppress(TypeError):  # a subclass may have no hash
            _QUEUES.add(of)
    return found  # type: ignore[no-any-return]


def _mail_of_slotted(of: Any) -> Mail:
    key = id(of)
    if key not in _SLOTTED:
        _SLOTTED[key] = ref(of, lambda _: _SLOTTED.pop(key)), Mail(of)
    return _SLOTTED[key][1]


def _watched_put(put: Callable[..., None]) -> Callable[..., None]:
    def watched(to: Any, item: Any, *args: Any, **options: Any) -> None:
        place = place_of(item)
        is_over = place is not None and sys._getframe(1).f_globals.get("__name__") == "asyncio.tasks"
        with _sending(to, item, place if is_over else None):  # `as_completed` sends a task when it is over
            put(to, item, *args, **options)

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


def watched_get_nowait(waits: Callable[..., Any], state: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a decorator for a function that takes an item at once; `waits`, which calls it, records its own takes."""

    def decorate(get_nowait: Callable[..., Any]) -> Callable[..., Any]:
        def watched(of: Any) -> Any:
            if _is_called_by(waits):
                return get_nowait(of)
            mail = _mail(state(of))
            if is_scheduler(sys._getframe(1)):  # a scheduler polls between its own waits: the moment of a take is luck
                item = get_nowait(of)
                mail.take(item)
                return item
            asking = mail.ask(1)
            try:
                item = get_nowait(of)
            finally:
                mail.answered(asking)
            mail.hand(item, mail.take(item), asking)
            return item

        return watched

    return decorate


def _is_called_by(function: Callable[..., Any]) -> bool:
    """Return whether a function of a library is the caller, wrappers of adapters ignored."""
    return calling_frame().f_code is function.__code__


def watched_wait(state: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a decorator for a coroutine function that waits for an item; `state` returns what all ends share."""

    def decorate(get: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(get)
        def watched(of: Any) -> Any:
            mail = _mail(state(of))
            return _wait(get, of, mail, mail.ask(1))

        return watched

    return decorate


async def _wait(get: Callable[..., Any], of: Any, mail: Mail, asking: Asking) -> Any:
    try:
        item = await get(of)
    finally:
        mail.answered(asking)
    handed = partial(mail.hand, item, mail.take(item), asking)
    if running_control() == asking.control:
        handed()
    else:  # as with a timeout: the code that asked awaits this task
        task: Any = asyncio.current_task()
        task._pytest_traces_handed = handed
        use(task)
    return item


def watched_send_nowait(waits: Callable[..., Any], state: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a decorator for a function that sends an item at once; `waits`, which calls it, records its own sends."""

    def decorate(send_nowait: Callable[..., None]) -> Callable[..., None]:
        def watched(to: Any, item: Any) -> None:
            if _is_called_by(waits):
                return send_nowait(to, item)
            with _sending(state(to), item):
                return send_nowait(to, item)

        return watched

    return decorate


def watched_send(state: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a decorator for a coroutine function that sends an item, when there is room for it."""

    def decorate(send: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(send)
        async def watched(to: Any, item: Any) -> None:
            with _sending(state(to), item):
                await send(to, item)

        return watched

    return decorate


@contextmanager
def _sending(to: Any, item: Any, sender: Place | None = None) -> Iterator[None]:
    """Record the sender of an item, before another lane can take it."""
    mail = _mail(to)
    mail.put(item, sent_now() if sender is None else Sent(sender, sender.recorder.tick()))
    try:
        yield
    except BaseException:
        mail.withdraw(item)
        raise


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
        """Return an original to a pool: submitted work has its own lane."""
        maker = sys._getframe(1).f_globals.get("__name__", "")
        return _C_QUEUE() if maker.startswith(("concurrent.", "multiprocessing.")) else super().__new__(cls)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item, and record its sender."""
        _mail(self).put(item, sent_now())
        super().put(item, block, timeout)

    def put_nowait(self, item: Any) -> None:
        """Put an item, and record its sender."""
        self.put(item)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item, and work for the test that sent it."""
        return _get(self, _C_QUEUE.get, block, timeout)

    def get_nowait(self) -> Any:
        """Take an item, and work for the test that sent it."""
        return _get(self, _C_QUEUE.get, False)
