"""How a span ends that an exception leaves."""

from __future__ import annotations

import asyncio

from pytest_traces.model.span import Status
from pytest_traces.runtime.recording.recorder import Record

_INTERRUPTIONS = (asyncio.CancelledError, GeneratorExit)


def fail(record: Record, error: BaseException) -> None:
    """End a span with what left it; an interruption is no failure, and TraceLLM does not see it at all."""
    status: Status = "cancelled" if isinstance(error, _INTERRUPTIONS) else "error"
    record.fail(error, status)
