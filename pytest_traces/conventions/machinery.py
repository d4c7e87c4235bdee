"""Recognises steps of a library itself: HTTP below a model call, the protocol below an MCP tool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from pytest_traces.model.words.span_types import MODEL_CALLS

_HANDSHAKES = frozenset(
    {"initialize", "server/discover", "ping", "tools/list", "prompts/list", "resources/list", "logging/setLevel"}
)
"""Methods of MCP that clients call by themselves; notifications are others."""


class Named(Protocol):
    """A span with a name and a type, recorded or read from a file."""

    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...


def is_machinery(span: Named, attributes: Mapping[str, Any], above: Iterable[Named]) -> bool:
    """Return whether trees leave a span out; of nested spans for one MCP tool the outermost is drawn."""
    method = attributes.get("mcp.method.name")
    if method == "tools/call":
        return any(one.type == "tool" and one.name == span.name for one in above)
    if isinstance(method, str):
        return method in _HANDSHAKES or method.startswith("notifications/")
    return span.type == "http" and any(one.type in MODEL_CALLS for one in above)
