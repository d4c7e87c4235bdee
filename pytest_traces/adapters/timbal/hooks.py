"""The hooks of Timbal."""

from __future__ import annotations

from timbal.core.llm import router
from timbal.core.runnable import Runnable
from timbal.state.background import clear_background_stores

from pytest_traces.adapters.timbal.acting import watch_handlers
from pytest_traces.adapters.timbal.ambient import leave_finished_run
from pytest_traces.adapters.timbal.attempts import watch_attempts
from pytest_traces.adapters.timbal.call import watch_stream
from pytest_traces.adapters.timbal.usage import watch_usage
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source


def watch(made: Patches, source: Source) -> None:
    """Record Timbal wherever a test records."""
    made.wrap(Runnable, "_stream", lambda stream: watch_stream(stream, source))
    watch_handlers(made, source)
    watch_usage(made, source)
    made.wrap(router, "_retry_on_error", lambda retry: watch_attempts(retry, source))


def forget() -> None:
    """Drop what Timbal keeps from one test to the next."""
    clear_background_stores()
    leave_finished_run()
