"""Acts on tools and on models."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import wraps
from typing import Any

from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import CompletedStreamedResponse

from pytest_traces.adapters.toolkit.source import Arguments, Source
from pytest_traces.runtime.calls.stand_ins import stand_in
from pytest_traces.runtime.effects import Calls, Effect, Says


class _Toolset:
    """Stands for the toolset of one call."""

    def __init__(self, call_tool: Callable[..., Any]) -> None:
        self.call_tool = call_tool


def watch_raw_execute(source: Source, execute: Callable[..., Any]) -> Callable[..., Any]:
    """Make acts possible on tools, inside pydantic-ai's handling of their errors."""

    @wraps(execute)
    def watched(manager: Any, *args: Any, **kwargs: Any) -> Any:
        record = source.current().record
        if record is not None and record.recorder.acts is not None:
            acted = stand_in(record, manager.toolset.call_tool)
            if acted is not None:
                manager = copy(manager)
                manager.toolset = _Toolset(acted)
        return execute(manager, *args, **kwargs)

    return watched


def reply(effect: Effect, value: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Return the response of a model."""
    if isinstance(effect, Calls):
        return ModelResponse(
            [ToolCallPart(effect.name, effect.arguments, effect.call_id)], model_name=args[0].model_name
        )
    text = effect.text if isinstance(effect, Says) else value
    if isinstance(text, str):
        return ModelResponse([TextPart(text)], model_name=args[0].model_name)
    return value if isinstance(value, ModelResponse) else NotImplemented


def streamed(effect: Effect, value: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Return the response of a model as a stream of its parts."""
    parameters = kwargs.get("model_request_parameters", args[3] if args[3:] else None)
    made = reply(effect, value, args, kwargs)
    if made is NotImplemented:
        return made
    return CompletedStreamedResponse(made, model_request_parameters=parameters, replay_events=True)
