"""A span that records for the test; for the program it looks like a span that keeps nothing."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from time import time_ns
from types import TracebackType
from typing import Any, NamedTuple

from opentelemetry.trace import Span, SpanContext, Status, StatusCode

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.recording.fields import message_of
from pytest_traces.runtime.values.plain import plain


class RecordedEvent(NamedTuple):
    """An event of a span, as the SDK keeps it."""

    name: str
    attributes: Mapping[str, Any]
    timestamp: int


class RecordingSpan(Span):
    """Replaces a span that keeps nothing; it has the attributes that readers of SDK spans need."""

    def __init__(
        self,
        name: str,
        behind: Span,
        recorded: OpenSpan,
        end: Callable[[OpenSpan, Any, int | None], None],
        *,
        attributes: Mapping[str, Any] | None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> None:
        self.name = name
        self.recorded = recorded
        """The span in the recording."""
        self.attributes: dict[str, Any] = {key: plain(value) for key, value in (attributes or {}).items()}
        self.events: list[RecordedEvent] = []
        self.status = Status(StatusCode.UNSET)
        self._behind = behind
        self._end = end
        self._records_exception = record_exception
        self._sets_status = set_status_on_exception

    def get_span_context(self) -> SpanContext:
        """Return the context that the program would get without a recording."""
        return self._behind.get_span_context()

    def is_recording(self) -> bool:
        """Return whether the span takes attributes, which it does until it ends."""
        return self.recorded.record is not None and self.recorded.record.ended is None

    def set_attribute(self, key: str, value: Any) -> None:
        """Keep a value as it is now."""
        if self.is_recording():
            self.attributes[key] = plain(value)

    def set_attributes(self, attributes: Mapping[str, Any]) -> None:
        """Keep values as they are now."""
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def add_event(self, name: str, attributes: Mapping[str, Any] | None = None, timestamp: int | None = None) -> None:
        """Keep an event."""
        if self.is_recording():
            self.events.append(RecordedEvent(name, plain(attributes or {}), timestamp or time_ns()))

    def add_link(self, context: SpanContext, attributes: Mapping[str, Any] | None = None) -> None:
        """Ignore a link: the trace of a test has no links to other traces."""

    def update_name(self, name: str) -> None:
        """Keep another name."""
        if self.is_recording():
            self.name = name

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        """Keep a status: OK is final, UNSET is no status."""
        new = status if isinstance(status, Status) else Status(status, description)
        if self.is_recording() and self.status.status_code is not StatusCode.OK and not new.is_unset:
            self.status = new

    def record_exception(
        self,
        exception: BaseException,
        attributes: Mapping[str, Any] | None = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        """Keep an exception as the SDK does: an event `exception`."""
        told = {
            "exception.type": type(exception).__qualname__,
            "exception.message": message_of(exception),
            "exception.stacktrace": "".join(traceback.format_exception(exception)),
        }
        self.add_event("exception", {**told, **(attributes or {})}, timestamp)

    def end(self, end_time: int | None = None) -> None:
        """End the span; an end after the first changes nothing."""
        self._end(self.recorded, self, end_time)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            if self._records_exception:
                self.record_exception(error)
            if self._sets_status:
                self.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {message_of(error)}"))
        super().__exit__(kind, error, trace)
