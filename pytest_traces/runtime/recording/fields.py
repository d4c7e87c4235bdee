"""The fields of a span while it is recorded, and what an exception that leaves the span makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_traces.runtime.values.exceptions import message
from pytest_traces.runtime.values.plain import plain

if TYPE_CHECKING:  # an application records without pydantic
    from pytest_traces.model.consumption.usage import Usage
    from pytest_traces.model.span import SpanError
    from pytest_traces.model.words.status import Status

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


class Fields:
    """What is recorded of a span; what is rarely set is a class default."""

    name: str
    type: str
    t0: float
    parent_call_id: str | None = None
    run_id: str | None = None
    path: str | None = None
    t1: float | None = None
    input: Any = None
    output: Any = None
    error: SpanError | Fault | None = None
    status: Status = "running"
    own_usage: Usage | None = None
    """Its own consumption, without its descendants'."""
    model: str | None = None
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = {}
    attributes: Mapping[str, Any] = {}
    after: frozenset[str] = frozenset()
    machinery: bool = False
    """Whether it is a step of the framework itself: trees leave it out unless it is a call of a model."""
    repeats: frozenset[str] = frozenset()
    """Adapters that record the same call natively: if one of them recorded too, trees leave this span out."""
    handle: Any = None
    """The adapter's own object for it."""
    source: str = "runtime"
    retry_of: str | None = None
    """The call that it repeats, if the adapter or the retry loop declares it."""
    acted: str | None = None
    """What the test did in its place."""
    skipped_ms: float = 0.0
    """How long retry code would have waited after it, had the test not cut the wait."""
