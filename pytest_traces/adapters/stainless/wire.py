"""Answers the requests of an SDK in place of the network: below its retries, above every transport."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial, wraps
from typing import Any

from pytest_traces.adapters.stainless.call import ApiCall
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.runtime.effects import Calls, Responds, Says, marked
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.context import here
from pytest_traces.runtime.recording.recorder import Record

_LIBRARIES = ("httpx", "httpx2")
_BINARY = "/invoke-with-response-stream"
"""The end of Bedrock's URL for streams, which have a format of their own."""
_FINAL = {"x-should-retry": "false"}
"""A header that stops the retries of the SDK."""


def watch_wire(made: Patches) -> None:
    """Make acts possible on requests of model calls, for the HTTP clients that are loaded."""
    for name in _LIBRARIES:
        library = sys.modules.get(name)
        if library is not None:
            for kind in (library.Client, library.AsyncClient):
                made.wrap(kind, "_transport_for_url", partial(_answering, library))


def _answering(library: Any, choose: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the choice of a transport: one with the test's answer, or the client's own."""

    @wraps(choose)
    def _transport_for_url(client: Any, url: Any) -> Any:
        effect = _answer_now(url)
        if effect is None:
            return choose(client, url)
        return library.MockTransport(lambda request: _response(library, effect))

    return _transport_for_url


def _answer_now(url: Any) -> Responds | None:
    """Return the test's answer to the request of the running call; `None` if the network answers."""
    place = here()
    if place is None or place.recorder.acts is None:
        return None
    for record in upwards(place.record):  # the SDK may have opened a span of OpenTelemetry inside
        call = getattr(record.handle, "state", None)
        if isinstance(call, ApiCall):
            shown: Record = call.shown.record or record
            effect = place.recorder.acts.on_request(shown)
            if effect is None:
                return None
            shown.acted = marked(shown.acted, effect)
            response = _worded(call, str(url.path), effect)
            if response is not None:
                return response
            why = f"an answer of {call.endpoint.operation!r} can't hold it: responds() gives what a provider sends"
            told = str(place.recorder.acts.refuse(shown, effect, why))
            return Responds(400, headers=_FINAL, body={"error": {"message": told}})
    return None


def _worded(call: ApiCall, path: str, effect: Responds | Says | Calls) -> Responds | None:
    """Return the response for `says` or `calls`; `None` if the endpoint has none."""
    if isinstance(effect, Responds):
        return effect
    return None if path.endswith(_BINARY) else call.endpoint.answer(call.reply.asked, effect)


def _response(library: Any, effect: Responds) -> Any:
    body = _refusal(effect.status) if effect.body is None and not effect.cut else effect.body
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    kind = "text/event-stream" if text.startswith(("data:", "event:")) else "application/json"
    about = {"content-type": kind, **{name.lower(): value for name, value in (effect.headers or {}).items()}}
    if effect.cut:
        return library.Response(effect.status, stream=_cut_stream(library, text), headers=about)
    return library.Response(effect.status, text=text, headers=about)


def _refusal(status: int) -> dict[str, Any]:
    """Return the body of an error in the common format of providers."""
    return {"type": "error", "error": {"type": f"status_{status}", "message": f"the test responds with {status}"}}


def _cut_stream(library: Any, text: str) -> Any:
    """Return a body that ends after a text with a lost connection."""

    def lost() -> Exception:
        error: Exception = library.RemoteProtocolError("peer closed connection without sending complete message body")
        return error

    class Cut(library.SyncByteStream, library.AsyncByteStream):  # type: ignore[misc]
        def __iter__(self) -> Iterator[bytes]:
            yield text.encode()
            raise lost()

        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield text.encode()
            raise lost()

    return Cut()
