"""TraceLLM without MongoDB: nothing is stored, nothing waits for a server, nothing is printed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tracellm import db, tracer
from tracellm.utils import console

from pytest_traces.adapters.toolkit.patches import Patches


def stay_offline(made: Patches) -> None:
    """Answer for the database; a lookup inside of a running loop would wait for itself forever."""

    async def save_trace(payload: dict[str, Any]) -> dict[str, Any]:
        return payload

    def resolve_api_key(key: str) -> Any:
        return SimpleNamespace(key=key, project_id="default", environment="development")

    made.swap(db, "save_trace_sync", lambda payload: None)
    made.swap(db, "save_trace", save_trace)
    made.swap(db, "resolve_api_key", resolve_api_key)
    made.swap(tracer, "resolve_api_key", resolve_api_key)
    made.swap(console, "quiet", True)
