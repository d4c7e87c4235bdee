"""The stream every run of a runnable passes through, public or nested."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

from pytest_traces.adapters.timbal.call import Call
from pytest_traces.adapters.timbal.calls import Calls

Stream = Callable[..., AsyncGenerator[Any, None]]


def watch_stream(stream: Stream, calls: Calls) -> Stream:
    """Wrap `Runnable._stream`: same events, same closing, with a span around what runs inside."""

    async def _stream(runnable: Any, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        call = Call(calls)
        call.begin()
        inner = stream(runnable, *args, **kwargs)
        try:
            while True:
                # The caller's code runs between two events: it must not see our span.
                outside = call.enter()
                try:
                    event = await anext(inner)
                except StopAsyncIteration:
                    return
                finally:
                    call.leave(outside)
                call.see(event)
                yield event
        finally:
            outside = call.enter()
            try:
                await inner.aclose()
            finally:
                call.leave(outside)
                call.finish()

    return _stream
