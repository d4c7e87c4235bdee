"""What went wrong in a span, in plain characters."""

from __future__ import annotations

from typing import NamedTuple

from pytest_traces.runtime.values.exceptions import message
from pytest_traces.runtime.values.plain import plain


class Fault(NamedTuple):
    """What went wrong in a span, until a reader asks for its `SpanError`."""

    type: str
    message: str = ""
    traceback: str | None = None


def message_of(error: BaseException) -> str:
    """Return what an exception says, in plain characters."""
    return str(plain(message(error)))
