"""The hooks of an SDK: its client's requests, its streams, its raw responses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

from pytest_traces.adapters.stainless.call import CALLS, ApiCall
from pytest_traces.adapters.stainless.reading import RawReading, Reading, WholeReading
from pytest_traces.adapters.stainless.requests import Requests
from pytest_traces.adapters.stainless.wire import watch_wire
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.calls.around import around
from pytest_traces.runtime.calls.generators import follow, follow_async
from pytest_traces.runtime.calls.step import Function, Open, Step
from pytest_traces.runtime.recording.recorder import Record

Follow = Callable[[Step, Any], Any]

_READ: Mapping[str, Callable[[ApiCall, Record], Step]] = {
    "read": WholeReading,
    "iter_lines": partial(RawReading, lines=True),
    "iter_text": partial(RawReading, lines=False),
    "iter_bytes": partial(RawReading, lines=False),
}
"""Methods by which a program reads a response itself."""


def watch(made: Patches, source: Source) -> None:
    """Record the calls of the SDK that is named like the source."""
    client, streaming, response = (
        import_module(f"{source.name}.{module}") for module in ("_base_client", "_streaming", "_response")
    )
    requests = Requests(source)
    watch_wire(made)
    for kind in (client.SyncAPIClient, client.AsyncAPIClient):
        made.rewrite(kind, "request", lambda function: source.around(function, requests.open, requests.close))
        made.rewrite(kind, "_process_response", lambda function: around(function, requests.answered))
        made.rewrite(kind, "_sleep_for_retry", lambda function: around(function, requests.pause))
    made.wrap(streaming.Stream, "__stream__", partial(_followed, source, follow))
    made.wrap(streaming.AsyncStream, "__stream__", partial(_followed, source, follow_async))
    for kind in (response.APIResponse, response.AsyncAPIResponse):
        for name, reading in _READ.items():
            made.wrap(kind, name, partial(around, open=_opening(source, reading)))
    _watch_closing(
        made, source, streaming.Stream, streaming.AsyncStream, response.APIResponse, response.AsyncAPIResponse
    )


def watch_chat_streams(made: Patches, source: Source) -> None:
    """Watch the close of streams of `chat.completions.stream()`: they close the response themselves."""
    helpers = sys.modules[f"{source.name}.lib.streaming.chat._completions"]
    _watch_closing(made, source, helpers.ChatCompletionStream, helpers.AsyncChatCompletionStream)


def watch_response_streams(made: Patches, source: Source) -> None:
    """Watch the close of streams of `responses.stream()`."""
    helpers = sys.modules[f"{source.name}.lib.streaming.responses._responses"]
    _watch_closing(made, source, helpers.ResponseStream, helpers.AsyncResponseStream)


def _watch_closing(made: Patches, source: Source, *kinds: Any) -> None:
    """End the span of a stream or a response when the program closes it."""

    def notice(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        with source.guard():
            call = _call_of(args[0])
            if call is not None:
                call.leave()

    for kind in kinds:
        made.wrap(kind, "close", partial(around, open=notice))


def _followed(source: Source, following: Follow, function: Function) -> Function:
    """Record the events of a stream.

    They come from a copy: a generator that holds its own stream is closed by the garbage collector, long after the
    program left it.
    """

    begin = _opening(source, Reading)

    def __stream__(stream: Any) -> Any:  # noqa: N807  # the SDK's own name
        step = begin((stream,), {})
        if step is None:
            return function(stream)
        twin = object.__new__(type(stream))
        vars(twin).update(vars(stream))
        return following(step, function(twin))

    return __stream__


def _opening(source: Source, reading: Callable[[ApiCall, Record], Step]) -> Open:
    """Return the step of reading a response, if its call is recorded."""

    def open(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Step | None:
        with source.guard():
            call = _call_of(args[0])
            if call is not None and call.span.record is not None:
                return reading(call, call.span.record)
        return None

    return open


def _call_of(reader: Any) -> ApiCall | None:
    """Return the call that a stream, a raw response or the stream of a helper belongs to."""
    for name in ("response", "http_response", "_response"):
        response = getattr(reader, name, None)
        if response is not None:
            return CALLS.get(response)
    return None
