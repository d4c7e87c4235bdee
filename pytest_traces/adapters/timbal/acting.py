"""What a test does in place of a handler: of a tool, a model, an agent or a workflow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from timbal.core.runnable import Runnable
from timbal.types.content import TextContent, ToolUseContent
from timbal.types.message import Message

from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.calls.standing_in import stand_in
from pytest_traces.runtime.effects import Calls, Effect, Native, Says

Function = Callable[..., Any]


def watch_handlers(made: Patches, source: Source) -> None:
    """Let the test act where Timbal calls a handler: its timeouts, hooks and errors stay around it."""
    made.wrap(Runnable, "_execute_simple", lambda execute: _asking(execute, source, _output))
    made.wrap(Runnable, "_execute_handler", lambda execute: _asking(execute, source, _last_piece))


def _asking(execute: Function, source: Source, native: Native) -> Function:
    """Wrap a function without a frame of its own: what it returns is what Timbal awaits or iterates over."""

    @wraps(execute)
    def execute_or_act(*args: Any, **kwargs: Any) -> Any:
        return _acted(execute, source, native)(*args, **kwargs)

    return execute_or_act


def _acted(execute: Function, source: Source, native: Native) -> Function:
    record = source.current().record
    return execute if record is None else stand_in(record, execute, native) or execute


def _output(effect: Effect, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    runnable = args[0]
    is_model = runnable.metadata.get("type") == "LLM"
    if isinstance(effect, Says | Calls) and not is_model:
        return NotImplemented
    if isinstance(effect, Says):
        return _message([TextContent(text=effect.text)], "end_turn")
    if isinstance(effect, Calls):
        asked = ToolUseContent(id=effect.call_id, name=effect.name, input=effect.arguments)
        return _message([asked], "tool_use")
    return _message([TextContent(text=value)], "end_turn") if is_model and isinstance(value, str) else value


def _last_piece(effect: Effect, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return what a handler that streams ends with: Timbal takes a piece without an event as the output."""
    made = _output(effect, value, args, kwargs)
    return made if made is NotImplemented else [(None, made, None)]


def _message(content: list[Any], reason: str) -> Any:
    return Message(role="assistant", content=content, stop_reason=reason)
