"""TraceLLM without MongoDB: a recorded test stores nothing and waits for no server."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tracellm import db, tracer

from pytest_traces.adapters.toolkit.backend import answer_for
from pytest_traces.adapters.toolkit.patches import Patches


def stay_offline(made: Patches) -> None:
    """Answer in place of the database; inside a running loop a lookup would block forever."""

    async def save_trace(payload: dict[str, Any]) -> dict[str, Any]:
        return payload

    def resolve_api_key(key: str) -> Any:
        return SimpleNamespace(key=key, project_id="default", environment="development")

    answer_for(made, db, "save_trace_sync", lambda payload: None)
    answer_for(made, db, "save_trace", save_trace)
    answer_for(made, db, "resolve_api_key", resolve_api_key)
    answer_for(made, tracer, "resolve_api_key", resolve_api_key)
