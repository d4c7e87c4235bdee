"""The end of a span that an exception leaves: its status and its error."""

from __future__ import annotations

from typing import NamedTuple

from pytest_traces.model.words.status import Status
from pytest_traces.runtime.values.exceptions import message
from pytest_traces.runtime.values.plain import plain

_INTERRUPTIONS = frozenset({
    "asyncio.exceptions.CancelledError",
    "builtins.GeneratorExit",
    "concurrent.futures._base.CancelledError",
    "trio.Cancelled",
})  # fmt: skip
"""By name: a program that uses neither asyncio nor trio must not load them here."""


def status_after(error: BaseException) -> Status:
    """Return `cancelled` for a cancelled task or a closed generator, `error` for any other exception."""
    names = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return "cancelled" if names & _INTERRUPTIONS else "error"


class Fault(NamedTuple):
    """The error of a span, before a reader needs a `SpanError`."""

    type: str
    message: str = ""
    traceback: str | None = None


def message_of(error: BaseException) -> str:
    """Return the message of an exception, in plain characters."""
    return str(plain(message(error)))
