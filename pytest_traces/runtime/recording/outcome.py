"""How a span ends when an exception leaves it: cancelled if the program stopped it, failed otherwise."""

from __future__ import annotations

from pytest_traces.model.status import Status

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
