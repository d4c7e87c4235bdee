"""Streams that their consumer drops: asyncio closes an async generator later, so its spans end here."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any
from weakref import finalize

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.subclasses import watch_subclasses
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.context import here

Stream = AsyncGenerator[Any, Any]

_BEGUN: ContextVar[tuple[list[OpenSpan], ...]] = ContextVar("pytest_traces_langchain_begun", default=())
"""The run that each enclosing stream began: a stream may pass on the pieces of another one."""


def watch(made: Patches, source: Source) -> None:
    """Watch the streams of chains, models, tools and graphs of every class."""
    from langchain_core.runnables.base import Runnable

    made.wrap(Runnable, "astream", _watched)
    made.wrap(Runnable, "astream_events", _watched)
    watch_subclasses(made, Runnable, {"astream": _watched})


def note_begun(span: OpenSpan) -> None:
    """Keep the run that the enclosing stream began."""
    for begun in _BEGUN.get():
        if not begun:
            begun.append(span)


def _watched(stream: Callable[..., Stream]) -> Callable[..., Stream]:
    @wraps(stream)
    def watched(*args: Any, **kwargs: Any) -> Stream:
        pieces = stream(*args, **kwargs)
        if here() is None or not isinstance(pieces, AsyncGenerator):
            return pieces
        begun: list[OpenSpan] = []
        noted = _noting(pieces, begun)
        finalize(noted, _cut_off, begun).atexit = False
        return noted

    return watched


async def _noting(pieces: Stream, begun: list[OpenSpan]) -> Stream:
    """Pass on the pieces of a stream; runs that begin in its code are kept."""
    try:
        while True:
            token = _BEGUN.set((*_BEGUN.get(), begun))
            try:
                piece = await anext(pieces)
            except StopAsyncIteration:
                return
            finally:
                _BEGUN.reset(token)
            yield piece
    except GeneratorExit:
        _cut_off(begun)
        raise
    finally:
        await pieces.aclose()


def _cut_off(begun: list[OpenSpan]) -> None:
    """End the run of a stream that its consumer left, and the spans below it."""
    for root in begun:
        for span in _running_in(root):
            span.fail(GeneratorExit())


def _running_in(root: OpenSpan) -> list[OpenSpan]:
    """Return a span and its running descendants, the latest first."""
    top = root.record
    if top is None or top.ended is not None:
        return []
    running = [one for one in reversed(top.recorder.records) if one.ended is None and top in upwards(one)]
    return [one.handle for one in running if one.handle is not None]
