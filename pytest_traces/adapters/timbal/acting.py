"""Acts on handlers: of tools, models, agents and workflows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from timbal.core.runnable import Runnable
from timbal.types.content import TextContent, ToolUseContent
from timbal.types.message import Message

from pytest_traces.adapters.toolkit.acting import asking
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime.effects import Calls, Effect, Says
from pytest_traces.runtime.recording.recorder import Record


def watch_handlers(made: Patches, source: Source) -> None:
    """Make acts possible on handlers, inside Timbal's timeouts, hooks and error handling."""

    def find(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Record | None:
        return source.current().record

    for name, native in (("_execute_simple", _output), ("_execute_handler", _last_piece)):
        made.wrap(Runnable, name, partial(asking, find=find, native=native))


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
    if is_model and isinstance(value, str):
        return _message([TextContent(text=value)], "end_turn")
    return NotImplemented if is_model and not isinstance(value, Message) else value


def _last_piece(effect: Effect, value: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return the last piece of a handler that streams: without an event it is the output."""
    made = _output(effect, value, args, kwargs)
    return made if made is NotImplemented else [(None, made, None)]


def _message(content: list[Any], reason: str) -> Any:
    return Message(role="assistant", content=content, stop_reason=reason)
