"""Acts on function tools and on models."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import copy
from functools import wraps
from typing import Any

from agents.items import ModelResponse
from agents.usage import Usage
from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseOutputText,
    ResponseTextDeltaEvent,
)

from pytest_traces.adapters.openai_agents.spans import decoded
from pytest_traces.adapters.toolkit.source import Arguments, Source
from pytest_traces.runtime.calls.stand_ins import stand_in
from pytest_traces.runtime.effects import Calls, Effect, Says


def watch_invoker(source: Source, invoke: Callable[..., Any]) -> Callable[..., Any]:
    """Make acts possible on function tools, inside the SDK's handling of their errors."""

    @wraps(invoke)
    def watched(invoker: Any, context: Any, given: Any) -> Any:
        span = source.current()
        record = span.record
        if record is not None and record.recorder.acts is not None:
            span.update(input=decoded(given))
            acted = stand_in(record, invoker._invoke_tool_impl)
            if acted is not None:
                invoker = copy(invoker)
                invoker._invoke_tool_impl = acted
        return invoke(invoker, context, given)

    return watched


def answer(effect: Effect, value: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Return the response of a model."""
    item = _item(effect, value)
    if item is not None:
        return ModelResponse(output=[item], usage=Usage(), response_id=None)
    return value if isinstance(value, ModelResponse) else NotImplemented


def events(effect: Effect, value: Any, args: Arguments, kwargs: Mapping[str, Any]) -> Any:
    """Return the response of a model as a stream: its text in one piece, then the whole."""
    item = _item(effect, value)
    if item is None:  # pieces of the test's own
        return value if isinstance(value, list) else NotImplemented
    about: dict[str, Any] = {"output_index": 0, "content_index": 0, "item_id": item.id or "", "logprobs": []}
    texts = item.content if isinstance(item, ResponseOutputMessage) else []
    deltas = [
        ResponseTextDeltaEvent(type="response.output_text.delta", delta=part.text, sequence_number=0, **about)
        for part in texts
        if isinstance(part, ResponseOutputText)
    ]
    whole = Response.model_construct(
        id="acted", created_at=0, model="acted", object="response", output=[item], parallel_tool_calls=False
    )
    completed = ResponseCompletedEvent.model_construct(
        type="response.completed", response=whole, sequence_number=len(deltas)
    )
    return [*deltas, completed]


def _item(effect: Effect, value: Any) -> Any:
    """Return the answer of a model as an item of the SDK; `None` for a value that is a response already."""
    if isinstance(effect, Calls):
        arguments = effect.arguments if isinstance(effect.arguments, str) else json.dumps(effect.arguments)
        return ResponseFunctionToolCall(
            type="function_call", name=effect.name, arguments=arguments, call_id=effect.call_id, id=effect.call_id
        )
    text = effect.text if isinstance(effect, Says) else value
    if not isinstance(text, str):
        return None
    part = ResponseOutputText(type="output_text", text=text, annotations=[], logprobs=[])
    return ResponseOutputMessage(id="acted", type="message", role="assistant", status="completed", content=[part])
