"""Results of servers: values of tools, failures, and values of a test in their place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from mcp.types import CallToolResult
from pydantic import BaseModel
from pydantic_core import to_json

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.event_types import APPROVAL


def end_with_result(span: OpenSpan, result: Any) -> None:
    """End the span of a call; a failure of the tool has a text only, because the protocol carries no exception."""
    told: dict[str, Any] = result.model_dump(by_alias=True, exclude_none=True)
    if not isinstance(result, CallToolResult):  # the server asks the client for something first
        span.event(APPROVAL, told)
        span.end("blocked")
    elif told.get("isError"):
        texts = [part["text"] for part in told["content"] if "text" in part]
        span.end("error", error=SpanError(type="ToolError", message="\n".join(texts)))
    else:
        span.end(output=_value(told))


def result_of(value: Any, schema: Mapping[str, Any] | None) -> CallToolResult:
    """Return a value as the SDK's own server sends it, structured as the schema of the tool says."""
    if isinstance(value, CallToolResult):
        return value
    fits = isinstance(value, dict) and list((schema or {}).get("properties", {})) != ["result"]
    structured = value if fits else {"result": value}
    return _made(_blocks(value), structuredContent=structured)


def failure_of(text: str) -> CallToolResult:
    """Return the result of a tool that failed."""
    return _made(_blocks(text), isError=True)


def _value(told: Mapping[str, Any]) -> Any:
    """Return the output of a tool: the structured form if there is one, else a lone text."""
    structured, content = told.get("structuredContent"), told["content"]
    if structured is not None:
        return structured["result"] if list(structured) == ["result"] else structured
    if len(content) != 1 or "text" not in content[0]:
        return content
    text: str = content[0]["text"]
    try:
        return json.loads(text) if text.startswith(("{", "[")) else text
    except ValueError:
        return text


def _made(content: list[Any], **fields: Any) -> CallToolResult:
    """Return a result, made by the names of the protocol, which every version of the SDK accepts."""
    return CallToolResult.model_validate({"content": content, **fields})


def _blocks(value: Any) -> list[Any]:
    """Return a value as blocks of content: one for each item of a list; values other than texts become JSON."""
    if value is None:
        return []
    if isinstance(value, BaseModel) and hasattr(value, "type"):
        return [value]
    if isinstance(value, list | tuple):
        return [block for item in value for block in _blocks(item)]
    text = value if isinstance(value, str) else to_json(value, fallback=str, indent=2).decode()
    return [{"type": "text", "text": text}]
