"""Wraps generators: their code runs inside the span, the consumer's code does not."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Any

from pytest_traces.runtime.calls.step import Step

Pieces = Generator[Any, Any, Any]
LaterPieces = AsyncGenerator[Any, Any]


def follow(step: Step, source: Pieces) -> Pieces:
    """Pass on what a generator yields, takes and returns; the span ends when the generator ends."""
    advance = partial(source.send, None)
    while True:
        step.step_in()
        try:
            piece = advance()
            step.chunk(piece)
        except StopIteration as over:
            step.end(over.value)
            return over.value
        except BaseException as error:
            step.fail(error)
            raise
        step.step_out()
        try:
            advance = partial(source.send, (yield piece))
        except GeneratorExit:
            _leave(step, source)
            raise
        except BaseException as error:
            advance = partial(source.throw, error)


def follow_async(step: Step, source: LaterPieces) -> LaterPieces:
    """Pass on what an async generator yields and takes; the span ends when the generator ends."""
    return relaying(lambda: followed(step, source))()


def followed(step: Step, source: LaterPieces) -> LaterPieces:
    """Return an async generator whose every turn runs inside the span."""
    return _FollowedLater(step, source)


def relaying(make: Callable[..., LaterPieces]) -> Callable[..., LaterPieces]:
    """Return an async generator function that passes on what `make` returns: Python has no `yield from` for it."""

    async def call(*args: Any, **kwargs: Any) -> LaterPieces:
        source = make(*args, **kwargs)
        advance = partial(source.asend, None)
        while True:
            try:
                piece = await advance()
            except StopAsyncIteration:
                return
            try:
                advance = partial(source.asend, (yield piece))
            except GeneratorExit:
                await source.aclose()
                raise
            except BaseException as error:
                advance = partial(source.athrow, error)

    return call


def _leave(step: Step, source: Pieces) -> None:
    """Close a generator inside the span, which ends as left."""
    step.step_in()
    try:
        source.close()
    except BaseException as error:
        step.fail(error)
        raise
    step.fail(GeneratorExit())


class _Turn:
    """Runs the generator's code up to its next piece inside the span; ends the span if the generator ended."""

    def __init__(self, step: Step) -> None:
        self.step = step

    def __enter__(self) -> Step:
        self.step.step_in()
        return self.step

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.step.step_out()
        elif isinstance(error, StopIteration | StopAsyncIteration):
            self.step.end(getattr(error, "value", None))
        else:
            self.step.fail(error)


class _FollowedLater(LaterPieces):
    """An async generator whose every turn runs inside the span."""

    def __init__(self, step: Step, source: LaterPieces) -> None:
        self._turn = _Turn(step)
        self._source = source

    async def asend(self, value: Any) -> Any:
        with self._turn as step:
            piece = await self._source.asend(value)
            step.chunk(piece)
            return piece

    async def athrow(self, kind: Any, value: Any = None, trace: Any = None) -> Any:
        with self._turn as step:
            piece = await self._source.athrow(kind if value is None else value)
            step.chunk(piece)
            return piece

    async def aclose(self) -> None:
        with suppress(GeneratorExit), self._turn:
            await self._source.aclose()
            raise GeneratorExit
