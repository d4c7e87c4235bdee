"""Tracium without its backend: a recorded test needs no request, no key, no waiting."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from typing import Any

import tracium
from tracium.api.http_client import HTTPClient
from tracium.core.client import TraciumClient
from tracium.helpers import version_check
from tracium.utils import span_registry

from pytest_traces.adapters.toolkit.backend import answer_for, is_kept_home
from pytest_traces.adapters.toolkit.patches import Patches

_KEY = "sk_test_pytest_traces"
Function = Callable[..., Any]


def stay_offline(made: Patches) -> None:
    """Answer in place of the backend while a test is recorded.

    A client with a transport of the program, as in `init(transport=httpx.MockTransport(...))`, sends always.
    A client without a key gets one of ours, and never sends.
    """
    made.after(TraciumClient, "__init__", _decide_what_it_sends)
    made.wrap(tracium, "init", _with_key)
    made.wrap(TraciumClient, "init", _client_with_key)
    answer_for(made, version_check, "check_for_update", lambda **_: None)
    answer_for(made, HTTPClient, "request", _answer, when=_keeps_home)
    answer_for(made, HTTPClient, "request_async", lambda *_, **__: None, when=_keeps_home)
    # The SDK waits 2 s for a parent that was not sent.
    answer_for(
        made,
        span_registry,
        "ensure_parent_span_sent",
        lambda *_, **__: None,
        when=lambda trace_id, parent_id, client, *_, **__: _keeps_home(client._http),
    )


def _decide_what_it_sends(_: None, client: Any, *args: Any, **options: Any) -> None:
    """Set on the transport of a client whether it sends always, never, or only if nothing records."""
    no_key = client._http._client.headers.get("X-API-Key") == _KEY
    client._http._pytest_traces_sends = True if options.get("transport") is not None else False if no_key else None


def _keeps_home(http: Any, *args: Any, **options: Any) -> bool:
    sends: bool | None = getattr(http, "_pytest_traces_sends", None)
    return is_kept_home() if sends is None else not sends


def _answer(http: Any, method: str, path: str, **options: Any) -> dict[str, Any]:
    """Return an id for a trace: without one the SDK starts the trace anew at every span."""
    known = (options.get("json") or {}).get("trace_id")
    return {"id": known or str(uuid.uuid4())} if path == "/agents/traces" else {}


def _with_key(init: Function) -> Function:
    def begin(api_key: str | None = None, **options: Any) -> Any:
        return init(_key(api_key), **options)

    return begin


def _client_with_key(init: Function) -> Function:
    def begin(kind: type[Any], /, api_key: str | None = None, **options: Any) -> Any:
        return init(kind, _key(api_key), **options)

    return begin


def _key(given: str | None) -> str:
    """Return the given key, that of the environment, or ours."""
    return given or os.getenv("TRACIUM_API_KEY") or _KEY
