"""Tracium without its backend: a recorded test needs no request, no key, no waiting."""

from __future__ import annotations

import os
import uuid
from typing import Any

import tracium
from tracium.api.http_client import HTTPClient
from tracium.core.client import TraciumClient
from tracium.helpers import version_check
from tracium.utils import span_registry

from pytest_traces.adapters.toolkit.backend import answer_for, is_kept_home
from pytest_traces.adapters.toolkit.patches import Patches

_KEY = "sk_test_pytest_traces"


def stay_offline(made: Patches) -> None:
    """Answer for the backend while a test is recorded.

    A client with a transport of the program's own, as in `init(transport=httpx.MockTransport(...))`, keeps it. A client
    for which there is no key gets one of ours, and never sends.
    """

    def __init__(client: Any, *args: Any, **options: Any) -> None:  # noqa: N807
        make(client, *args, **options)
        client._http._pytest_traces_sends = _sends_always(client, options)

    def answered(http: Any, method: str, path: str, **request: Any) -> Any:
        if _sends(http):
            return answer(http, method, path, **request)
        # The SDK starts a trace anew at every span until it is told an id.
        return (
            {"id": (request.get("json") or {}).get("trace_id") or str(uuid.uuid4())} if path == "/agents/traces" else {}
        )

    def queued(http: Any, method: str, path: str, **request: Any) -> None:
        if _sends(http):
            queue(http, method, path, **request)

    def ensured(trace_id: str, parent_id: str, client: Any, *args: Any, **options: Any) -> None:
        if _sends(client._http):  # it waits 2 s for a parent that was not sent
            ensure(trace_id, parent_id, client, *args, **options)

    def init(api_key: str | None = None, **options: Any) -> Any:
        return begin(_key(api_key), **options)

    def init_client(cls: type[Any], /, api_key: str | None = None, **options: Any) -> Any:
        return begin_client.__func__(cls, _key(api_key), **options)

    make = made.swap(TraciumClient, "__init__", __init__)
    answer = made.swap(HTTPClient, "request", answered)
    queue = made.swap(HTTPClient, "request_async", queued)
    begin = made.swap(tracium, "init", init)
    begin_client = made.swap(TraciumClient, "init", classmethod(init_client))
    answer_for(made, version_check, "check_for_update", lambda **_: None)
    ensure = made.swap(span_registry, "ensure_parent_span_sent", ensured)


def _sends(http: Any) -> bool:
    always: bool | None = getattr(http, "_pytest_traces_sends", None)
    return not is_kept_home() if always is None else always


def _sends_always(client: Any, options: dict[str, Any]) -> bool | None:
    if options.get("transport") is not None:
        return True
    return False if client._http._client.headers.get("X-API-Key") == _KEY else None


def _key(given: str | None) -> str:
    return given or os.getenv("TRACIUM_API_KEY") or _KEY
