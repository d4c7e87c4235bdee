"""Attempts inside one model call, for which Timbal emits no events."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any

from pytest_traces.adapters.timbal.call import Failure
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.recording.clock import now_ms

Attempt = Callable[[], AsyncIterator[Any]]
Retry = Callable[..., AsyncGenerator[Any, None]]


def watch_attempts(retry: Retry, source: Source) -> Retry:
    """Wrap the retry loop: a failed attempt is a `retry` event once another follows, be it of a fallback model."""

    def _retry_on_error(attempt: Attempt, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        span = source.current()
        if not span:
            return retry(attempt, *args, **kwargs)
        failed: list[Failure] = span.state.failed

        def watched_attempt() -> AsyncIterator[Any]:
            if failed:
                span.retry(*failed.pop())
            return _watch(attempt(), failed)

        return retry(watched_attempt, *args, **kwargs)

    return _retry_on_error


async def _watch(pieces: AsyncIterator[Any], failed: list[Failure]) -> AsyncGenerator[Any, None]:
    began, empty = now_ms(), True
    try:
        async for piece in pieces:
            empty = False
            yield piece
    except Exception as error:
        failed.append((error, now_ms() - began))
        raise
    if empty:
        failed.append(({"type": "EmptyStream", "message": "the model sent nothing"}, now_ms() - began))
