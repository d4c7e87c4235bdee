"""Futures of `@task`: lanes see the code that sets them and the code that waits for them."""

from __future__ import annotations

import asyncio
from typing import Any

from pytest_traces.adapters.toolkit.patches import Patches, Substitute
from pytest_traces.adapters.toolkit.source import Source


def watch(made: Patches, source: Source) -> None:
    """Make the futures of tasks with the loop, which is watched: LangGraph calls the class itself."""
    from langgraph.pregel import _runner

    made.swap(_runner, "asyncio", Substitute(asyncio, Future=_Future))


class _FutureOfLoop(type):
    """Makes futures with their loop; every future is an instance, as of the original class."""

    def __call__(cls, *args: Any, **options: Any) -> Any:
        loop = options.get("loop")
        return asyncio.Future(*args, **options) if loop is None else loop.create_future()

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, asyncio.Future)


class _Future(asyncio.Future, metaclass=_FutureOfLoop):  # type: ignore[type-arg]  # LangGraph subscribes nothing
    """Stands for `asyncio.Future`."""
