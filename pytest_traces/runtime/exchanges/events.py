"""Records which lane sets an event, releases a semaphore or comes to a barrier, and which lanes go on then."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

from pytest_traces.runtime.exchanges.channels import Channel, Send, exchanges_of
from pytest_traces.runtime.exchanges.visits import Sent, own_place, sent_now
from pytest_traces.runtime.recording.branches import Patch
from pytest_traces.runtime.recording.context import harmless
from pytest_traces.runtime.recording.recorder import Place, Recorder

_PRIMITIVES = ("asyncio.", "anyio.", "concurrent.", "queue", "threading", "multiprocessing.", "trio.")
"""Modules that use events inside: their own functions are watched, or prove no order."""
_RUNNERS = (("asyncio.events", "_run"), ("threading", "run"))
"""Code that calls functions of the program: a loop its callbacks, a thread its target."""


def event_patches() -> list[Patch]:
    """Return the functions to replace while a recording is open, and their wrappers."""
    return [
        (threading.Event, "set", watched_set),
        (threading.Event, "clear", _watched_clear),
        (threading.Event, "wait", _going_on(_signals_of_event)),
        (asyncio.Event, "set", watched_set),
        (asyncio.Event, "clear", _watched_clear),
        (asyncio.Event, "wait", watched_async_wait),
        (threading.Semaphore, "release", _watched_release),
        (threading.Semaphore, "acquire", _going_on(_signals_of_semaphore)),
        (threading.Semaphore, "__enter__", _going_on(_signals_of_semaphore)),
        (asyncio.Semaphore, "release", _watched_release),
        (asyncio.Semaphore, "acquire", _going_on_later(_signals_of_semaphore)),
        (threading.Barrier, "wait", _watched_barrier),
        (asyncio.Barrier, "wait", _watched_async_barrier),
    ]


class _Signals:
    """The channels of one event or semaphore, one for each recording."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._channels: list[tuple[Recorder, Channel]] = []

    @harmless
    def send(self) -> None:
        """Record that the running code sends a signal."""
        sent = sent_now()
        if sent is not None:
            self._channel(sent.place.recorder).sends.append(Send(sent.place.lane, sent.clock))

    @harmless
    def take(self, place: Place | None) -> None:
        """Record that the code in a place goes on."""
        if place is not None:
            exchanges_of(place.recorder).take(self._channel(place.recorder), place, None, None)

    def _channel(self, recorder: Recorder) -> Channel:
        self._channels = [pair for pair in self._channels if not pair[0].closed]
        for known, channel in self._channels:
            if known is recorder:
                return channel
        self._channels.append((recorder, exchanges_of(recorder).open(Channel(**self._options))))
        return self._channels[-1][1]


def _is_program(depth: int = 2) -> bool:
    """Return whether the program itself is the caller, not a module that uses events inside."""
    caller = sys._getframe(depth)
    module = str(caller.f_globals.get("__name__", ""))
    is_runner = (module, caller.f_code.co_name) in _RUNNERS
    return is_runner or not module.startswith(_PRIMITIVES)


_SLOTTED: WeakKeyDictionary[Any, _Signals] = WeakKeyDictionary()
"""The signals of events without attributes."""


def _signals_of_event(event: Any) -> _Signals:
    return _known_signals(event) or _Signals(once=True)


@harmless
def _known_signals(event: Any) -> _Signals:
    known = _SLOTTED.get(event) if not hasattr(event, "__dict__") else vars(event).get("_pytest_traces_signals")
    if known is not None:
        return known
    found = _Signals(once=True)
    if hasattr(event, "__dict__"):
        event._pytest_traces_signals = found
    else:
        _SLOTTED[event] = found
    return found


def watched_set(set_event: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return the `set` of an event that records the lane."""

    def watched(event: Any) -> None:
        if _is_program():
            _signals_of_event(event).send()
        set_event(event)

    return watched


def _watched_clear(clear: Callable[[Any], None]) -> Callable[[Any], None]:
    def watched(event: Any) -> None:
        clear(event)
        _forget_signals(event)

    return watched


@harmless
def _forget_signals(event: Any) -> None:
    vars(event).pop("_pytest_traces_signals", None)


def _going_on(signals_of: Callable[[Any], _Signals]) -> Callable[..., Any]:
    """Return a decorator for a function that waits for a signal, and returns whether it came."""

    def decorate(wait: Callable[..., bool]) -> Callable[..., bool]:
        def watched(of: Any, *args: Any, **options: Any) -> bool:
            if not _is_program():
                return wait(of, *args, **options)
            signals = signals_of(of)
            is_there = wait(of, *args, **options)
            if is_there:
                signals.take(own_place())
            return is_there

        return watched

    return decorate


def _going_on_later(signals_of: Callable[[Any], _Signals]) -> Callable[..., Any]:
    """Return a decorator for a coroutine function that waits for a signal."""

    async def take(wait: Callable[..., Any], of: Any, place: Place | None) -> Any:
        signals = signals_of(of)
        is_there = await wait(of)
        signals.take(place)
        return is_there

    def decorate(wait: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(wait)
        def watched(of: Any) -> Any:
            return take(wait, of, own_place()) if _is_program() else wait(of)

        return watched

    return decorate


watched_async_wait = _going_on_later(_signals_of_event)
"""Decorates the `wait` of an event in a loop."""


def _signals_of_semaphore(semaphore: Any) -> _Signals:
    return _known_signals_of_semaphore(semaphore) or _Signals()


@harmless
def _known_signals_of_semaphore(semaphore: Any) -> _Signals:
    found = vars(semaphore).get("_pytest_traces_signals")
    if found is None:
        found = semaphore._pytest_traces_signals = _Signals(spare=semaphore._value)
    return found  # type: ignore[no-any-return]


def _watched_release(release: Callable[..., None]) -> Callable[..., None]:
    def watched(semaphore: Any, n: int = 1, **options: Any) -> None:
        if _is_program():
            signals = _signals_of_semaphore(semaphore)
            for _ in range(n):
                signals.send()
        release(semaphore, *([n] if n != 1 else []), **options)

    return watched


_ARRIVING = threading.Lock()


def _arrive(barrier: Any) -> list[Sent]:
    return _came(barrier) or []


@harmless
def _came(barrier: Any) -> list[Sent]:
    """Record that the running code came to a barrier; return the list of arrivals for this opening."""
    sent = sent_now()
    with _ARRIVING:
        count, arrived = vars(barrier).get("_pytest_traces_arrived", (0, []))
        if sent is not None:
            arrived.append(sent)
        barrier._pytest_traces_arrived = (0, []) if count + 1 >= barrier.parties else (count + 1, arrived)
    return arrived  # type: ignore[no-any-return]


@harmless
def _pass(arrived: list[Sent]) -> None:
    """Order the running code after all arrivals at a barrier."""
    now = sent_now()
    if now is not None:
        for sent in arrived:
            if sent.place.recorder is now.place.recorder:
                now.place.lane.hear(sent.place.lane, now.clock, sent.clock)


def _watched_barrier(wait: Callable[..., int]) -> Callable[..., int]:
    def watched(barrier: Any, timeout: float | None = None) -> int:
        arrived = _arrive(barrier)
        index = wait(barrier, timeout)
        _pass(arrived)
        return index

    return watched


def _watched_async_barrier(wait: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(wait)
    async def watched(barrier: Any) -> Any:
        arrived = _arrive(barrier)
        index = await wait(barrier)
        _pass(arrived)
        return index

    return watched
