"""One call of an SDK: its span, its attempts, and its reply, whole, streamed, or read by the program itself."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import Any
from weakref import WeakKeyDictionary, ref

from pytest_traces.adapters.stainless.endpoints import Endpoint
from pytest_traces.adapters.stainless.replies.reply import Body, body_of, decoded
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.conventions.units import count_usage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.words.event_types import CHUNK
from pytest_traces.model.words.status import Status
from pytest_traces.runtime.recording.entering import is_in
from pytest_traces.runtime.recording.fields import Fault

CALLS: WeakKeyDictionary[Any, ApiCall] = WeakKeyDictionary()
"""The call of each HTTP response: streams and raw responses of the SDKs hold their response."""


class ApiCall:
    """A call from its request to the end of its reply."""

    def __init__(
        self, span: OpenSpan, shown: OpenSpan, endpoint: Endpoint, asked: Body, *, provider: str | None
    ) -> None:
        self.span = span
        self.shown = shown
        """The span that trees show for the call: that of the library that makes the call, if there is one."""
        self.endpoint = endpoint
        self.reply = endpoint.reply(asked)
        self._provider = provider
        self._is_asking = True
        """Whether the SDK has not returned from the request: it may still refuse what it reads."""
        self._is_whole = False
        """Whether the SDK read the whole reply inside the request."""
        self._response: ref[Any] | None = None  # a strong reference would keep the entry of `CALLS` for ever
        self.streams = False
        """Whether the reply is a stream of events."""
        self._began = perf_counter()
        self._is_heard = False
        """Whether the reply holds more than the span."""

    def begin_attempt(self) -> None:
        """Record the begin of another attempt."""
        self._began = perf_counter()

    def fail_attempt(self, error: BaseException | Mapping[str, str]) -> None:
        """Record an attempt that failed and is followed by another."""
        self.shown.retry(error, (perf_counter() - self._began) * 1e3)

    def answered(self, response: Any, streams: bool) -> None:
        """Keep the HTTP response of the last attempt, before the SDK reads it."""
        self._response, self.streams = ref(response), streams
        CALLS[response] = self

    def returned(self, result: Any) -> None:
        """End the span if the whole reply is there; a stream or an unread response goes on."""
        self._is_asking = False
        if self._is_whole:
            self.end()
        elif self._response is None:  # the test acted in place of the call, or the program's middleware did
            self.end_with(result if isinstance(result, str) else body_of(result))
        else:
            self._end_if_read()

    def add(self, event: Any) -> None:
        """Take an event of a stream; its pieces become events of the span."""
        self._is_heard = True
        record = self.span.record
        for piece in self.reply.add(event):
            if record is not None:
                record.recorder.emit(record, CHUNK, piece)

    def leave(self) -> None:
        """End the span of a response that the program closes; what the SDK closes while it reads, the reading ends."""
        if self.span.record is not None and not is_in(self.span.record):
            self.finish()

    def finish(self) -> None:
        """End the span of a response of which nothing more is read."""
        if self.span.record is None or self.span.record.ended is not None:
            return
        if self._is_asking:
            self._keep()
        elif not self._end_if_read():
            self.end("success" if self.reply.complete else "cancelled")

    def end(self, status: Status = "success") -> None:
        """End the span with the reply so far."""
        fields: dict[str, Any] = {}
        with self.span.guard():
            fields = self._fields()
        if self.reply.fault is None:
            self.span.end(status, **fields)
        else:
            self.span.end("error", error=Fault(*self.reply.fault), **fields)

    def end_with(self, body: Any) -> None:
        """End the span with a whole reply; a reply that is no JSON object is the output, unchanged."""
        self._take(body)
        self.end()

    def fail(self, error: BaseException) -> None:
        """End the span with an exception; a stream whose consumer leaves it after the last event has succeeded."""
        if isinstance(error, GeneratorExit) and self.reply.complete:
            self.end()
            return
        with self.span.guard():
            self.span.update(**self._fields())
        self.span.fail(error)

    def _take(self, body: Any) -> None:
        self._is_heard = True
        with self.span.guard():
            if isinstance(body, Mapping):
                self.reply.take(body)
            else:
                self.span.update(output=body)

    def _keep(self) -> None:
        """Keep the reply that the SDK reads inside the request: its tokens are used, even if the SDK refuses it."""
        content = self._content()
        if content is not None:
            self._is_whole = True
            self._take(decoded(content))
            with self.span.guard():
                self.span.update(**self._fields())

    def _end_if_read(self) -> bool:
        content = self._content()
        if content is not None:
            self.end_with(decoded(content))
        return content is not None

    def _content(self) -> str | None:
        """Return the body of the response if it was read; the SDK may have let the response go."""
        response = None if self._response is None or self.streams else self._response()
        return None if response is None else _content(response)

    def _fields(self) -> dict[str, Any]:
        record, reply = self.span.record, self.reply
        if record is None or record.ended is not None or not self._is_heard:
            return {}
        self._is_heard = False
        output = reply.output()
        record.add_attributes(response=reply.about)
        fields: dict[str, Any] = {}
        if output is not None:
            fields["output"] = output
        if reply.model is not None:
            fields["model"] = named(reply.model, self._provider)
        used = None if reply.usage is None else count_usage(reply.units, body_of(reply.usage))
        if used is not None:
            fields["own_usage"] = Usage.of_call(fields.get("model") or record.model or record.name, used)
        return fields


def named(model: Any, provider: str | None) -> str:
    """Return `provider/model`, or the model alone if its provider is unknown or already part of the name."""
    return str(model) if provider is None or "/" in str(model) else f"{provider}/{model}"


def _content(response: Any) -> str | None:
    """Return the body of a response that was read; `None` if it was not, with any HTTP library."""
    try:
        return str(response.content, "utf-8", "replace")
    except Exception:
        return None
