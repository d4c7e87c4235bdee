"""Tracium without its backend: no request, no key, no waiting."""

from __future__ import annotations

import os
import uuid
from typing import Any

import tracium
from tracium.api.http_client import HTTPClient
from tracium.core.client import TraciumClient
from tracium.helpers import version_check
from tracium.utils import span_registry

from pytest_traces.adapters.toolkit.patches import Patches

_KEY = "sk_test_pytest_traces"


def stay_offline(made: Patches) -> None:
    """Answer for the backend.

    A client with a transport of the program's own, as in `init(transport=httpx.MockTransport(...))`, keeps it.
    """

    def __init__(client: Any, *args: Any, **options: Any) -> None:  # noqa: N807
        make(client, *args, **options)
        client._http._pytest_traces_sends = options.get("transport") is not None

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

    def init(api_key: str | None = None, **options: Any) -> Any:
        return begin(_key(api_key), **options)

    def init_client(cls: type[Any], /, api_key: str | None = None, **options: Any) -> Any:
        return begin_client.__func__(cls, _key(api_key), **options)

    make = made.swap(TraciumClient, "__init__", __init__)
    answer = made.swap(HTTPClient, "request", answered)
    queue = made.swap(HTTPClient, "request_async", queued)
    begin = made.swap(tracium, "init", init)
    begin_client = made.swap(TraciumClient, "init", classmethod(init_client))
    made.swap(version_check, "check_for_update", lambda **_: None)
    made.swap(span_registry, "ensure_parent_span_sent", lambda *_: None)  # waits 2 s for a parent that is never sent


def _sends(http: Any) -> bool:
    return getattr(http, "_pytest_traces_sends", False)


def _key(given: str | None) -> str:
    return given or os.getenv("TRACIUM_API_KEY") or _KEY
