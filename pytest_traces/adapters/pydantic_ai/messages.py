"""pydantic-ai's messages, usage and errors as values of our model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from pytest_traces.conventions.units import PYDANTIC_AI, count_usage
from pytest_traces.model.consumption.usage import Usage
from pytest_traces.model.words.event_types import UNKNOWN_TOOL
from pytest_traces.runtime.recording.fields import message_of

_ROLES = {
    "system-prompt": "system",
    "instruction": "system",
    "user-prompt": "user",
    "tool-return": "tool",
    "retry-prompt": "user",
    "retry-feedback": "user",
}
_CAUSES = {"validation_error": "ValidationError", "model_retry": "ModelRetry", "unknown_tool": UNKNOWN_TOOL}
"""The reason for another attempt -> the type of the error."""
_DOUBLES = frozenset({"function", "test"})
"""The provider names of pydantic-ai's test doubles."""


def model_name(system: str | None, name: str) -> str:
    """Return `provider/model`; a double has no provider."""
    return name if not system or system in _DOUBLES or "/" in name else f"{system}/{name}"


def usage(model: str, told: Any) -> Usage | None:
    """Return the usage of a call; `None` if the model reported none."""
    if told is None or not told.has_values() or getattr(told, "unmeasured_requests", False):
        return None
    cost = getattr(told, "cost", None)
    counts = {name: count for name, count in vars(told).items() if isinstance(count, int) and count}
    counted = count_usage(PYDANTIC_AI, counts, cost_usd=None if cost is None else float(cost))
    return None if counted is None else Usage.of_call(model, counted)


def prompt(asked: Any) -> Any:
    """Return the user's prompt: a text, or a list of texts and descriptions of files."""
    if asked is None or isinstance(asked, str):
        return asked
    return [_content(one) for one in asked]


def conversation(asked: Iterable[Any] | None) -> dict[str, Any]:
    """Return the messages of a request to a model."""
    return {"messages": [message for one in asked or () for message in _messages(one)]}


def request_attributes(settings: Any, parameters: Any) -> dict[str, Any]:
    """Return settings and tool definitions of a request to a model."""
    offered = getattr(parameters, "function_tools", ())
    tools = [{"name": tool.name, "parameters": tool.parameters_json_schema} for tool in offered]
    told = {"settings": dict(settings) if settings else None, "tools": tools or None}
    return {name: value for name, value in told.items() if value is not None}


def answer(parts: Iterable[Any]) -> Any:
    """Return the text of an answer; if it has thoughts, tool calls or files, a mapping of all."""
    texts: list[str] = []
    rest: dict[str, Any] = {}
    for part in parts:
        if part.part_kind == "text":
            texts.append(part.content)
        elif part.part_kind == "thinking":
            rest["reasoning"] = rest.get("reasoning", "") + (part.content or "")
        elif part.part_kind == "tool-call":
            call = {"name": part.tool_name, "arguments": arguments(part.args), "id": part.tool_call_id}
            rest.setdefault("tool_calls", []).append(call)
        else:
            rest.setdefault("items", []).append(_described(part))
    text = "".join(texts)
    return text if not rest else {"text": text, **rest} if text else rest


def pieces(event: Any) -> Iterator[Any]:
    """Return the pieces of a stream event: texts as they are, others with their type."""
    part = getattr(event, "delta", None) if event.event_kind == "part_delta" else getattr(event, "part", None)
    if event.event_kind not in ("part_start", "part_delta") or part is None:
        return
    kind = getattr(part, "part_delta_kind", None) or part.part_kind
    added = getattr(part, "content_delta", None) or getattr(part, "content", None)
    if kind == "text" and added:
        yield added
    elif kind == "thinking" and added:
        yield {"type": "thinking", "thinking": added}
    elif kind in ("tool_call", "tool-call"):
        name = getattr(part, "tool_name_delta", None) or getattr(part, "tool_name", None)
        yield {
            "type": "tool_call",
            "name": name,
            "arguments": getattr(part, "args_delta", None) or getattr(part, "args", None),
        }


def arguments(told: Any) -> Any:
    """Return the arguments that a model chose for a tool: JSON, or a mapping."""
    if told is None or told == "":
        return {}
    if not isinstance(told, str):
        return told
    try:
        return json.loads(told)
    except ValueError:
        return told


def fault(error: BaseException) -> dict[str, str]:
    """Return type and message of the error that made pydantic-ai, or a tool, ask the model again."""
    while type(error).__name__ in ("ToolRetryError", "ToolFailedError", "ModelRetry") and error.__cause__ is not None:
        error = error.__cause__
    type_name, details = type(error).__name__, None
    if isinstance(error, ValidationError):
        details = error.errors(include_url=False, include_context=False, include_input=False)
    elif type_name == "ToolRetryError":
        refused: Any = error.tool_retry  # type: ignore[attr-defined]
        cause = getattr(getattr(refused, "retry", None), "cause", None)  # versions before 2.63 keep no error
        type_name = _CAUSES.get(str(cause), type_name)
        details = refused.content if isinstance(refused.content, list) else None
    return {"type": type_name, "message": message_of(error) if details is None else _places(details)}


def _places(details: Iterable[Mapping[str, Any]]) -> str:
    """Return which values did not fit a schema, and why, in the same words for all versions of pydantic."""
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'value'}: {one['msg']}" for one in details)


def _messages(message: Any) -> Iterator[Mapping[str, Any]]:
    if message.kind == "response":
        said = answer(message.parts)
        yield {"role": "assistant", **(said if isinstance(said, dict) else {"text": said})}
        return
    if getattr(message, "instructions", None):
        yield {"role": "system", "content": message.instructions}
    for part in message.parts:
        told = {"role": _ROLES.get(part.part_kind, part.part_kind), "content": _content(getattr(part, "content", None))}
        if getattr(part, "tool_name", None):
            told |= {"role": "tool", "name": part.tool_name, "id": part.tool_call_id}
        yield told


def _content(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_content(one) for one in value]
    return _described(value) if hasattr(type(value), "__dataclass_fields__") else value


def _described(value: Any) -> Any:
    """Return the fields of a part without empty fields and random ones; for bytes, their number."""
    told: dict[str, Any] = {}
    for name in type(value).__dataclass_fields__:
        field = getattr(value, name, None)
        if field is None or name in ("timestamp", "id") or name.startswith("_"):
            continue
        told[name] = f"<{len(field)} bytes>" if isinstance(field, bytes) else _content(field)
    return told
