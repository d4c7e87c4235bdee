"""Calls of models of any class: of the SDK, of a wrapper, of the program or of the test."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from pytest_traces.adapters.openai_agents.acting import answer, events
from pytest_traces.adapters.openai_agents.spans import decoded
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.turns import declare_turn
from pytest_traces.conventions.units import OPENAI, count_usage
from pytest_traces.model.consumption.usage import Usage


def watch_answer(source: Source, call: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around `get_response`."""
    return source.around(call, _opener(source, call), _end_with_answer, native=answer)


def watch_stream(source: Source, call: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around `stream_response`, which is an async generator or returns one."""
    streaming = call
    if not inspect.isasyncgenfunction(call):

        async def streaming(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            async for event in call(*args, **kwargs):
                yield event

    return source.around(streaming, _opener(source, call), lambda span, _: span.end(), _read_event, native=events)


def _opener(source: Source, call: Callable[..., Any]) -> Callable[..., OpenSpan]:
    """Return a function that starts the span; a method that calls the base method is one call."""
    signature = inspect.signature(call)

    def opened(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> OpenSpan:
        model = args[0]
        if source.current().state is model:
            return source.silent
        given = signature.bind(*args, **kwargs).arguments
        name = getattr(model, "model", None)
        name = name if isinstance(name, str) else type(model).__name__
        span = source.start(name, "llm")
        if span:
            asked = {"instructions": given.get("system_instructions"), "input": given.get("input")}
            span.update(
                input={key: value for key, value in asked.items() if value is not None},
                model=name if name == getattr(model, "model", None) else None,
                attributes=_offered(given.get("tools")),
            )
            span.state = model
            declare_turn(span)
        return span

    return opened


def _offered(tools: Any) -> dict[str, Any]:
    """Return the definitions of the tools that a model may call."""
    told = [{"name": tool.name, "parameters": getattr(tool, "params_json_schema", None)} for tool in tools or ()]
    return {"tools": told} if told else {}


def _end_with_answer(span: OpenSpan, given: Any) -> None:
    span.end(output=_output(given.output), own_usage=_usage(span, given.usage))


def _read_event(span: OpenSpan, event: Any) -> None:
    kind = getattr(event, "type", "")
    if kind == "response.output_text.delta":
        span.chunk(event.delta)
    elif kind in ("response.completed", "response.incomplete", "response.failed"):
        response = event.response
        span.update(output=_output(response.output), own_usage=_usage(span, response.usage))


def _usage(span: OpenSpan, told: Any) -> Usage | None:
    """Return the tokens of a call; zeros alone mean that the model reports no counts."""
    if told is None or not told.total_tokens:
        return None
    counts = {
        "input_tokens": told.input_tokens,
        "output_tokens": told.output_tokens,
        "input_tokens_details": _plain(told.input_tokens_details),
        "output_tokens_details": _plain(told.output_tokens_details),
    }
    counted = count_usage(OPENAI, counts)
    name = span.record.name if span.record is not None else "unknown"
    return None if counted is None else Usage(by_model={name: counted})


def _plain(details: Any) -> Any:
    return details.model_dump() if hasattr(details, "model_dump") else details


def _output(items: Any) -> Any:
    """Return the text of an answer and its tool calls; without calls, the text alone."""
    texts, calls = [], []
    for item in items or ():
        if item.type == "message":
            texts += [part.text for part in item.content if getattr(part, "text", None)]
        elif item.type == "function_call":
            calls.append({"name": item.name, "arguments": decoded(item.arguments), "id": item.call_id})
        else:
            calls.append(item)
    return {"text": "".join(texts), "tool_calls": calls} if calls else "".join(texts)
