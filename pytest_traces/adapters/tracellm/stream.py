"""The events of a `TraceStream`: they belong to the span in which it runs, or make one of their own."""

from __future__ import annotations

from typing import Any

from tracellm.trace_stream import TraceStream

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan


def watch_stream(made: Patches, source: Source) -> None:
    """Follow every stream and keep its events with their real times."""

    def __enter__(stream: Any) -> Any:  # noqa: N807
        if not source.enclosing():
            stream._pytest_traces = source.start(stream.prompt, "agent", input=stream.prompt, model=stream.model_name)
            stream._pytest_traces.enter()
        stream._live.auto_refresh = False  # its thread would redraw what is not seen, and outlive the test
        return enter(stream)

    def __exit__(stream: Any, *exc: Any) -> None:  # noqa: N807
        leave(stream, *exc)
        span = _own(stream, source)
        if exc[1] is None:
            span.end()
        else:
            span.fail(exc[1])

    def emit(stream: Any, event: str, detail: str = "") -> None:
        span = _own(stream, source) or source.enclosing()
        span.event(event, {"detail": detail} if detail else None)
        say(stream, event, detail)

    enter = made.swap(TraceStream, "__enter__", __enter__)
    leave = made.swap(TraceStream, "__exit__", __exit__)
    say = made.swap(TraceStream, "emit", emit)


def _own(stream: Any, source: Source) -> OpenSpan:
    """Return the span that was opened for a stream alone."""
    span: OpenSpan = getattr(stream, "_pytest_traces", source.silent)
    return span
