"""Which OpenTelemetry spans are steps of a library itself: HTTP below a model call, the protocol below an MCP tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_traces.model.span_types import MODEL_CALLS
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.recorder import Record

_HANDSHAKES = frozenset({"initialize", "ping", "tools/list", "prompts/list", "resources/list", "logging/setLevel"})
"""Methods of MCP that clients call by themselves; notifications are others."""


def is_machinery(record: Record, attributes: Mapping[str, Any]) -> bool:
    """Tell if trees leave a span out; a tool of an MCP server is drawn once, as the outermost span of its name."""
    method = attributes.get("mcp.method.name")
    if method == "tools/call":
        return any(above.type == "tool" and above.name == record.name for above in upwards(record.parent))
    if isinstance(method, str):
        return method in _HANDSHAKES or method.startswith("notifications/")
    return record.type == "http" and any(above.type in MODEL_CALLS for above in upwards(record.parent))
