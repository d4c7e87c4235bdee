"""Timbal: every run of an agent, tool or workflow, read from its own stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pytest_traces.adapters.toolkit.patches import patches


@contextmanager
def capture() -> Iterator[Callable[[], None]]:
    """Record Timbal wherever a test records; yields what makes it forget the last test."""
    from timbal.core.llm import router
    from timbal.core.runnable import Runnable
    from timbal.state.background import clear_background_stores
    from timbal.state.context import RunContext

    from pytest_traces.adapters.timbal.ambient import leave_finished_run
    from pytest_traces.adapters.timbal.attempts import watch_attempts
    from pytest_traces.adapters.timbal.calls import Calls
    from pytest_traces.adapters.timbal.stream import watch_stream
    from pytest_traces.adapters.timbal.usage import watch_usage

    def forget() -> None:
        clear_background_stores()
        leave_finished_run()

    calls = Calls()
    with patches() as made:
        made.swap(Runnable, "_stream", _once(Runnable._stream, lambda stream: watch_stream(stream, calls)))
        made.swap(RunContext, "update_usage", _once(RunContext.update_usage, lambda update: watch_usage(update, calls)))
        made.swap(router, "_retry_on_error", _once(router._retry_on_error, watch_attempts))
        yield forget


def _once(hook: Any, watch: Callable[[Any], Any]) -> Any:
    """Watch a hook, unless it is watched already: one pytest session may run inside another."""
    if hasattr(hook, "watched_by_traces"):
        return lambda *args, **kwargs: hook(*args, **kwargs)
    watched = watch(hook)
    watched.watched_by_traces = True
    return watched
