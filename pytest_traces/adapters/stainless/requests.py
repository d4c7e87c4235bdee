"""The requests of an SDK, attempt by attempt, up to the response."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_traces.adapters.stainless.call import ApiCall, named
from pytest_traces.adapters.stainless.endpoints import asked_of, endpoint_of
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.model.words.span_types import MODEL_CALLS, STEPS
from pytest_traces.runtime.calls.step import Step
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.context import CURRENT
from pytest_traces.runtime.recording.recorder import Record

Arguments = tuple[Any, ...]
Named = Mapping[str, Any]

_HOSTS = {"anthropic": "anthropic.com", "groq": "groq.com", "openai": "openai.com", "together": "together.xyz"}
"""The hosts of an SDK's provider; models of other hosts belong to another provider."""


class Requests:
    """The requests of one SDK."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def open(self, args: Arguments, kwargs: Named) -> OpenSpan:
        """Start the span of a request, if a model works at its endpoint."""
        client, options = args[0], kwargs["options"] if "options" in kwargs else args[2]
        endpoint = endpoint_of(str(options.method), str(options.url))
        if endpoint is None:
            return self._source.silent
        asked = asked_of(options)
        model = asked.get("model")
        span = self._source.start(str(model or endpoint.operation), endpoint.type)
        if span.record is not None:
            provider, said = self._provider(client), asked.get("metadata")
            span.record.set(
                input=endpoint.input(asked),
                model=None if model is None else named(model, provider),
                **({"metadata": said} if issubclass(type(said), Mapping) else {}),
            )
            span.record.add_attributes(operation=endpoint.operation, request=endpoint.parameters(asked))
            span.state = ApiCall(span, self._seen_by_tests(span), endpoint, asked, provider=provider)
        return span

    def close(self, span: OpenSpan, result: Any) -> None:
        """End the span, unless the reply is still to be read."""
        span.state.returned(result)

    def answered(self, args: Arguments, kwargs: Named) -> None:
        """Keep the response of the running request."""
        with self._source.guard():
            call = self._source.current().state
            if call is not None:
                call.answered(kwargs["response"], bool(kwargs["stream"]))

    def pause(self, args: Arguments, kwargs: Named) -> Step | None:
        """Record the attempt that failed before the SDK waits and tries again."""
        with self._source.guard():
            span = self._source.current()
            if span.record is not None and span.state is not None:
                span.state.fail_attempt(_failure(args[0], kwargs["response"]))
                return _Pause(span.state, span.record)
        return None

    def _seen_by_tests(self, span: OpenSpan) -> OpenSpan:
        """Return the span that trees show for a call: that of the library that makes the call, if there is one."""
        record = span.record
        calls = (call for call in _calls_above(record) if self._source.name not in call.repeats)
        outer = next(calls, None)
        if record is None or outer is None:
            return span
        record.repeats = frozenset({outer.source})
        return OpenSpan(self._source.name, outer)

    def _provider(self, client: Any) -> str | None:
        host = getattr(client.base_url, "host", "")
        return self._source.name if host.endswith(_HOSTS[self._source.name]) else None


class _Pause(Step):
    """The wait between two attempts: it has no span."""

    def __init__(self, call: ApiCall, record: Record) -> None:
        super().__init__(record, CURRENT.get())
        self._call = call

    def instead(self, function: Any) -> None:
        """Return `None`: acts apply to calls, not to waits."""

    def end(self, result: Any) -> None:
        self._call.begin_attempt()

    def fail(self, error: BaseException) -> None:
        """Do nothing: the exception also leaves the request, which ends the span."""


def _failure(client: Any, response: Any) -> BaseException | Mapping[str, str]:
    """Return the failure, as the SDK would raise it after the last attempt."""
    if response is not None:
        raised: BaseException = client._make_status_error_from_response(response)
        return raised
    error = sys.exception()
    name = type(error).__name__
    if not name.startswith("API"):
        name = "APITimeoutError" if "Timeout" in name else "APIConnectionError"
    return {"type": name, "message": str(error)}


def _calls_above(record: Record | None) -> Iterator[Record]:
    """Yield the model calls of which a call is an attempt, the nearest first."""
    for above in upwards(None if record is None else record.parent):
        if above.type in STEPS:
            return
        if above.type in MODEL_CALLS:
            yield above
