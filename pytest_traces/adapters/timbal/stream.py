"""The stream every run of a runnable passes through, public or nested."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

from pytest_traces.adapters.timbal.call import Call
from pytest_traces.adapters.toolkit.source import Source

Stream = Callable[..., AsyncGenerator[Any, None]]


def watch_stream(stream: Stream, source: Source) -> Stream:
    """Wrap `Runnable._stream`: same events, same closing, with a span around what runs inside.

    The span starts with the first event, not with the call, so this is no `Source.around`.
    """

    async def _stream(runnable: Any, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        call = Call(source)
        call.begin()
        inner = stream(runnable, *args, **kwargs)
        try:
            while True:
                call.span.enter()  # the caller's code runs between two events, outside the span
                try:
                    event = await anext(inner)
                except StopAsyncIteration:
                    return
                finally:
                    call.span.leave()
                call.see(event)
                yield event
        finally:
            call.span.enter()
            try:
                await inner.aclose()
            finally:
                call.span.leave()
                call.finish()

    return _stream
