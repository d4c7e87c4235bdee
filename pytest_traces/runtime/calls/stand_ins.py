"""Functions in place of those of a program: of the same kind; they raise, return or wait as a test demands."""

from __future__ import annotations

import asyncio
import inspect
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Any

from pytest_traces.runtime.calls.signatures import kind_of
from pytest_traces.runtime.effects import Acts, Calls, Delays, Effect, Native, Raises, Returns, Says, Strike, marked
from pytest_traces.runtime.recording.recorder import Record

Function = Callable[..., Any]


def value_itself(effect: Effect, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the value unchanged: the result of a plain function. `says` is refused, because it may be no model."""
    return value if isinstance(effect, Returns) else NotImplemented


def stand_in(record: Record, function: Function, native: Native | None = None) -> Function | None:
    """Return a function of the same kind to run instead; `None` if no act applies to the call."""
    acts = record.recorder.acts
    strike = None if acts is None else acts.on_call(record)
    if acts is None or strike is None:
        return None
    if native is None and left_to_sdk(acts, record, strike.effect):
        return None
    record.acted = marked(record.acted, strike.effect)
    return _STAND_INS[kind_of(function)](Part(acts, record, strike, native or value_itself), function)


def left_to_sdk(acts: Acts[Record], record: Record, effect: Effect) -> bool:
    """Leave the answer of a model to the SDK inside of its call; returns whether the effect is such an answer."""
    if record.type != "llm" or not isinstance(effect, Says | Calls):
        return False
    acts.promise(record, effect)
    return True


class Part:
    """The act on one call."""

    def __init__(self, acts: Acts[Record], record: Record, strike: Strike, native: Native) -> None:
        self._acts = acts
        self._record = record
        self._call = strike.call
        self._native = native
        self.effect = strike.effect

    @property
    def delay(self) -> float | None:
        """The seconds after which the function itself runs; `None` if it does not run."""
        return self.effect.seconds if isinstance(self.effect, Delays) else None

    def value(self) -> Any:
        """Raise the error, or return the value before the framework's own form of it; perhaps an awaitable."""
        if isinstance(self.effect, Raises):
            raise self.effect.make()
        if not isinstance(self.effect, Returns):
            return None
        try:
            return self.effect.make(self._call)
        except Exception as error:
            raise self._uncomputed(error) from error

    async def awaited(self, value: Any) -> Any:
        """Return what an async function of the test computes."""
        try:
            return await value if inspect.isawaitable(value) else value
        except Exception as error:
            raise self._uncomputed(error) from error

    def native(self, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Return the value that the framework would have received."""
        made = self._native(self.effect, value, args, kwargs)
        if made is NotImplemented:
            raise self.refusal(self._unfit(value))
        return made

    def pieces(self, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Iterable[Any]:
        """Return what a generator yields in its place."""
        made = self.native(value, args, kwargs)
        if isinstance(made, str) or not isinstance(made, Iterable):
            raise self.refusal("it is a generator, which yields: give a list of its pieces")
        return made

    def refusal(self, why: str) -> Exception:
        """Return the error for what cannot happen in place of this call."""
        return self._acts.refuse(self._record, self.effect, why)

    def unawaited(self, value: Any) -> Exception:
        """Return the error for a value that nothing would wait for."""
        if inspect.iscoroutine(value):
            value.close()
        return self.refusal("the call is not async, the function that computes its value is")

    def _uncomputed(self, error: Exception) -> Exception:
        """Return the error for a function of the test that fails: no program may take it for the tool's own."""
        return self.refusal(f"its function raised {type(error).__name__}: {error}")

    def _unfit(self, value: Any) -> str:
        if isinstance(self.effect, Returns):
            return f"no model of {self._record.source!r} answers with {type(value).__name__}; says() gives a text"
        return "only a language model says something: returns() gives the value of any other call"


def _plain(part: Part, function: Function) -> Function:
    def call(*args: Any, **kwargs: Any) -> Any:
        if part.delay is not None:
            time.sleep(part.delay)
            return function(*args, **kwargs)
        value = part.value()
        if not inspect.isawaitable(value):
            return part.native(value, args, kwargs)
        if not _in_a_loop():
            raise part.unawaited(value)
        return _later(part, value, args, kwargs)

    return call


def _coroutine(part: Part, function: Function) -> Function:
    async def call(*args: Any, **kwargs: Any) -> Any:
        if part.delay is not None:
            await pause(part.delay)
            return await function(*args, **kwargs)
        return await _later(part, part.value(), args, kwargs)

    return call


def _generator(part: Part, function: Function) -> Function:
    def call(*args: Any, **kwargs: Any) -> Any:
        if part.delay is not None:
            time.sleep(part.delay)
            return (yield from function(*args, **kwargs))
        value = part.value()
        if inspect.isawaitable(value):
            raise part.unawaited(value)
        return (yield from part.pieces(value, args, kwargs))

    return call


def _async_generator(part: Part, function: Function) -> Function:
    async def call(*args: Any, **kwargs: Any) -> Any:
        if part.delay is not None:
            await pause(part.delay)
            async with aclosing(function(*args, **kwargs)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        value = part.value()
        for piece in part.pieces(await part.awaited(value), args, kwargs):
            yield piece

    return call


async def _later(part: Part, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    return part.native(await part.awaited(value), args, kwargs)


async def pause(seconds: float) -> None:
    """Wait as the running loop does: asyncio's, or trio's."""
    if _in_trio():
        await sys.modules["trio"].sleep(seconds)
    else:
        await asyncio.sleep(seconds)


def _in_a_loop() -> bool:
    """Return whether the code that runs could be awaited: a plain function may return a coroutine."""
    return asyncio._get_running_loop() is not None or _in_trio()


def _in_trio() -> bool:
    trio: Any = sys.modules.get("trio")
    return trio is not None and bool(trio.lowlevel.in_trio_run())


_STAND_INS: Mapping[str, Callable[[Part, Function], Function]] = {
    "plain": _plain,
    "coroutine": _coroutine,
    "generator": _generator,
    "async generator": _async_generator,
}
