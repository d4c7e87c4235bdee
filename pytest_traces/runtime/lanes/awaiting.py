"""Task and future classes that record which lane waited for their end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Iterable
from contextvars import Context
from functools import lru_cache
from types import FunctionType
from typing import Any

from pytest_traces.model.lane import Lane
from pytest_traces.runtime.exchanges.races import race_of
from pytest_traces.runtime.exchanges.visits import Sent, sent_now
from pytest_traces.runtime.recording.branches import Branch, branch, look, place_of, spawner, use
from pytest_traces.runtime.recording.context import CURRENT, harmless, here, note_trouble
from pytest_traces.runtime.recording.recorder import Place, Record, Recorder


def joined(awaited: Iterable[Any]) -> None:
    """Record that the running code waited for these; the end of one that still runs must not be used for ordering."""
    told = [one for one in awaited if type(one) is not Task or one._pytest_traces_place.is_used]
    if told:  # most tasks of frameworks do nothing that their end orders
        _join(told)


@harmless
def _join(awaited: Iterable[Any]) -> None:
    waiter: Place | None = None
    for one in awaited:
        if not _is_over(one):
            continue
        handed = getattr(one, "_pytest_traces_handed", None)
        if handed is not None:
            one._pytest_traces_handed = None
            handed()
        known = place_of(one) or sent_by(one)
        if known is None:
            continue
        waiter = waiter or _waiter()
        race = race_of(one)
        if waiter is None:
            return
        if race is not None and race.is_run_in(waiter):
            race.finish(one)
        else:
            _hear(waiter, known)
            _hear_callbacks(waiter, one)


@harmless
def over(places: Iterable[Place]) -> None:
    """Record that the running code waited for the end of the work in these places."""
    waiter = _waiter()
    for place in places:
        if waiter is not None:
            _hear(waiter, place)


def begun_in(loop: Any, place: Branch) -> Branch:
    """Record on a loop the work that begins in it: a closed loop has ended all of it."""
    try:
        place.begun = loop._pytest_traces_begun[place.recorder]
    except (AttributeError, KeyError):
        place.begun = _lanes_begun_in(loop, place.recorder)
    return place


@harmless
def _lanes_begun_in(loop: Any, recorder: Recorder) -> list[Lane]:
    known: dict[Recorder, list[Lane]] = getattr(loop, "_pytest_traces_begun", {})
    left = {one: lanes for one, lanes in known.items() if not one.closed}  # a loop may outlive many tests
    loop._pytest_traces_begun = left
    return left.setdefault(recorder, [])


@harmless
def closed(loop: Any) -> None:
    """Record that the running code ended all work that began in a loop."""
    waiter = _waiter()
    if waiter is not None:
        for lane in getattr(loop, "_pytest_traces_begun", {}).get(waiter.recorder, ()):
            waiter.lane.hear(lane, waiter.recorder.tick())


@harmless
def sent_by(awaited: Any) -> Sent | None:
    """Return the send that set the result of a future."""
    sent = getattr(awaited, "_pytest_traces_sent", None)
    return sent if isinstance(sent, Sent) else None


def in_order(future: Any) -> bool:
    """Return whether the running code is a task or plain code, not a callback of a loop."""
    try:
        if not future.done():
            return False
        loop = asyncio._get_running_loop()
        return loop is None or asyncio.current_task(loop) is not None or isinstance(CURRENT.get(), CallbackPlace)
    except Exception as error:
        note_trouble(error)
        return False


def _is_over(awaited: Any) -> bool:
    return not awaited.is_alive() if isinstance(awaited, threading.Thread) else awaited.done()


def _waiter() -> Place | None:
    place = here()
    if place is not None:
        look(place)
    return place


def _hear(waiter: Place, known: Place | Sent) -> None:
    place = known.place if isinstance(known, Sent) else known
    if place.recorder is waiter.recorder:
        waiter.lane.hear(place.lane, waiter.recorder.tick(), known.clock if isinstance(known, Sent) else None)


def _hear_callbacks(waiter: Place, awaited: Any) -> None:
    """Record that earlier callbacks of the waiting lane are over: a loop runs them in the order of their addition."""
    for callback in getattr(awaited, "_pytest_traces_callbacks", ()):
        if callback.place.lane.parent is waiter.lane:
            _hear(waiter, callback.place)


class CallbackPlace(Place):
    """The place of a callback: a lane that begins when a future is over."""


class Callback:
    """A callback of a future, in a lane of its own. It equals the function, so that it can be removed."""

    def __init__(self, function: Callable[[Any], Any], spawned: Place, enclosing: Record | None) -> None:
        self._function = function
        self.place = CallbackPlace(spawned.recorder, enclosing, spawned.lane)

    def __call__(self, future: Any) -> None:
        """Run the function when the future is over."""
        before = CURRENT.get()
        self.place.thread = threading.get_ident()
        CURRENT.set(self.place)
        try:
            self._hear(future)
            self._function(future)
        finally:
            CURRENT.set(before)

    @harmless
    def _hear(self, future: Any) -> None:
        known = place_of(future) or sent_by(future)
        if known is not None:
            _hear(self.place, known)

    def __eq__(self, other: object) -> bool:
        return other is self or self._function == other

    def __hash__(self) -> int:
        return hash(self._function)


_WAKERS = ("asyncio.", "_asyncio", "anyio.", "uvloop.", "concurrent.", "builtins")
_PRIMITIVES = ("asyncio.locks", "asyncio.queues")


def is_of_program(callback: Any) -> bool:
    """Return whether a callback is the program's; a loop adds its own to wake tasks up."""
    function = callback if type(callback) is FunctionType else getattr(callback, "func", callback)
    return _holds_program(str(getattr(function, "__module__", None) or type(function).__module__))


@lru_cache(maxsize=1_000)
def _holds_program(module: str) -> bool:
    return module in _PRIMITIVES or not module.startswith(_WAKERS)


class _Waited:
    """Base of tasks and futures: records the lanes that wait for them."""

    _pytest_traces_race: object = None
    """The race that it takes part in, if any."""
    _pytest_traces_callbacks: tuple[Callback, ...] = ()
    """The program's callbacks."""

    def __await__(self) -> Generator[Any, None, Any]:
        try:
            return (yield from super().__await__())  # type: ignore[misc]
        finally:
            joined((self,))

    __iter__ = __await__

    def exception(self) -> Any:
        """Return the exception. Only in a race this is a join: elsewhere a program checks whether a task is over."""
        if self._pytest_traces_race is not None and in_order(self):
            joined((self,))
        return super().exception()  # type: ignore[misc]

    def add_done_callback(self, callback: Any, *, context: Context | None = None) -> None:
        """Add a callback; it gets a lane of its own."""
        place = spawner() if is_of_program(callback) else None
        if place is not None:
            callback = Callback(callback, branch(place, "task"), place.record)
            self._pytest_traces_callbacks = (*self._pytest_traces_callbacks, callback)
            use(self)
        if context is None:  # the original copies the context if it is given none, not if it is given `None`
            super().add_done_callback(callback)  # type: ignore[misc]
        else:
            super().add_done_callback(callback, context=context)  # type: ignore[misc]


class _Unknown:
    """The place of a task until it is known."""

    is_used = True


class Task(_Waited, asyncio.Task):  # type: ignore[type-arg]
    """A task that knows its place."""

    _pytest_traces_place: Branch | _Unknown = _Unknown()
    """Set by the code that spawns it; an eager task runs its first step before that."""

    def result(self) -> Any:
        """Return the result; the running code comes after the task."""
        if self._pytest_traces_place.is_used and in_order(self):
            joined((self,))
        return asyncio.Task.result(self)


class Future(_Waited, asyncio.Future):  # type: ignore[type-arg]
    """A future that knows which lane set its result."""

    def result(self) -> Any:
        """Return the result; the running code comes after its sender."""
        if in_order(self):
            joined((self,))
        return asyncio.Future.result(self)

    def set_result(self, result: Any) -> None:
        """Set the result, and record the lane."""
        self._pytest_traces_sent = sent_now()
        super().set_result(result)

    def set_exception(self, exception: Any) -> None:
        """Set the exception, and record the lane."""
        self._pytest_traces_sent = sent_now()
        super().set_exception(exception)
