"""Timbal: every run of an agent, tool or workflow, read from its own stream of events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pytest_traces.adapters.patching import patches


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
        made.swap(Runnable, "_stream", watch_stream(Runnable._stream, calls))
        made.swap(RunContext, "update_usage", watch_usage(RunContext.update_usage, calls))
        made.swap(router, "_retry_on_error", watch_attempts(router._retry_on_error))
        yield forget
