"""Attempts Timbal makes inside one model call, which leave no trace of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, MutableMapping
from typing import Any
from weakref import WeakKeyDictionary

from pytest_traces.model.event_types import RETRY
from pytest_traces.runtime.recording.place import here
from pytest_traces.runtime.recording.recorder import Record, now_ms

Attempt = Callable[[], AsyncIterator[Any]]
Retry = Callable[..., AsyncGenerator[Any, None]]

Failures = MutableMapping[Record, dict[str, Any]]
"""The last failed attempt of each model call."""


def watch_attempts(retry: Retry) -> Retry:
    """Wrap the retry loop: a failed attempt is a `retry` event once another follows, be it of a fallback model."""
    failures: Failures = WeakKeyDictionary()

    def _retry_on_error(attempt: Attempt, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        place = here()
        record = place.record if place is not None else None
        if record is None:
            return retry(attempt, *args, **kwargs)

        def watched_attempt() -> AsyncIterator[Any]:
            failed = failures.pop(record, None)
            if failed is not None:
                with record.recorder.guard("timbal"):
                    record.recorder.emit(record, RETRY, failed)
            return _watch(attempt(), record, failures)

        return retry(watched_attempt, *args, **kwargs)

    return _retry_on_error


async def _watch(pieces: AsyncIterator[Any], record: Record, failures: Failures) -> AsyncGenerator[Any, None]:
    began, empty = now_ms(), True
    try:
        async for piece in pieces:
            empty = False
            yield piece
    except Exception as error:
        failures[record] = _failure(type(error).__name__, str(error), began)
        raise
    if empty:
        failures[record] = _failure("EmptyStream", "the model sent nothing", began)


def _failure(type: str, message: str, began: float) -> dict[str, Any]:
    return {"type": type, "message": message, "elapsed_ms": now_ms() - began}
