"""Tools of MCP servers: the SDK takes the text of a failed call for an answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from agents.mcp.server import MCPServer

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.subclasses import watch_subclasses
from pytest_traces.model.span import SpanError


def watch(made: Patches, source: Source) -> None:
    """Record which calls failed, in servers of every class."""
    watch_subclasses(made, MCPServer, {"call_tool": partial(_watch_call, source)})


def _watch_call(source: Source, call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    async def watched(*args: Any, **kwargs: Any) -> Any:
        result = await call(*args, **kwargs)
        with source.guard():
            _keep_failure(source, result)
        return result

    return watched


def _keep_failure(source: Source, result: Any) -> None:
    """Keep the failure on the span of the tool: it ends as an error."""
    span = source.current()
    has_failed = getattr(result, "isError", None) or getattr(result, "is_error", None)
    if has_failed and span.record is not None and span.record.type == "tool":
        texts = [part.text for part in result.content if part.type == "text"]
        span.update(error=SpanError(type="ToolError", message="\n".join(texts)))
