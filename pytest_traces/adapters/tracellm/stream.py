"""The events of a `TraceStream`: they belong to the span in which it runs, or make one of their own."""

from __future__ import annotations

from typing import Any

from tracellm.trace_stream import TraceStream

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.runtime.recording.entering import step_in, step_out
from pytest_traces.runtime.recording.place import Outside, Place, here
from pytest_traces.runtime.recording.recorder import Record


class Live:
    """Where the events of one stream go."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._own: Record | None = None
        self._before: Place | Outside | None = None

    def begin(self) -> None:
        """Open a span where nothing encloses the stream."""
        place = here()
        if place is None or place.record is not None:
            return
        with place.recorder.guard("tracellm"):
            self._own = place.recorder.start(self._stream.prompt, "agent", place=place)
            self._own.source = "tracellm"
            self._own.set(input=self._stream.prompt, model=self._stream.model_name)
            self._before = step_in(self._own)

    def emit(self, event: str, detail: str) -> None:
        """Note an event of the enclosing span."""
        place = here()
        record = self._own or (place.record if place is not None else None)
        if record is not None:
            with record.recorder.guard("tracellm"):
                record.recorder.emit(record, event, {"detail": detail} if detail else None)

    def end(self, error: BaseException | None) -> None:
        """Close the span opened for the stream."""
        if self._own is None or self._before is None:
            return
        with self._own.recorder.guard("tracellm"):
            if error is None:
                self._own.end()
            else:
                self._own.fail(error)
        step_out(self._own, self._before)


def watch_stream(made: Patches) -> None:
    """Follow every stream and keep its events with their real times."""

    def __enter__(stream: Any) -> Any:  # noqa: N807
        stream._pytest_traces = Live(stream)
        stream._pytest_traces.begin()
        stream._live.auto_refresh = False  # its thread would redraw what nobody sees, and outlive the test
        return enter(stream)

    def __exit__(stream: Any, *exc: Any) -> None:  # noqa: N807
        leave(stream, *exc)
        stream._pytest_traces.end(exc[1])

    def emit(stream: Any, event: str, detail: str = "") -> None:
        live = getattr(stream, "_pytest_traces", None) or Live(stream)
        live.emit(event, detail)
        say(stream, event, detail)

    enter = made.swap(TraceStream, "__enter__", __enter__)
    leave = made.swap(TraceStream, "__exit__", __exit__)
    say = made.swap(TraceStream, "emit", emit)
