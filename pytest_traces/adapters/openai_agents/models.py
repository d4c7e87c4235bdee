"""Calls of models of any class: of the SDK, of a wrapper, of the program or of the test."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from agents.models.interface import Model

from pytest_traces.adapters.openai_agents.acting import answer, events
from pytest_traces.adapters.openai_agents.outcomes import agent_around
from pytest_traces.adapters.openai_agents.spans import decoded
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.turns import declare_turn
from pytest_traces.conventions.units import OPENAI, count_usage
from pytest_traces.model.consumption.usage import Usage

_POSITIONAL = tuple(inspect.signature(Model.get_response).parameters)
"""The SDK's parameters of a model, in order; a model of the program may name them differently."""
ASKED = "asked"
"""State of an agent whose input is known."""


def watch_answer(source: Source, call: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around `get_response`."""
    return source.around(call, _opener(source), _end_with_answer, native=answer)


def watch_stream(source: Source, call: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around `stream_response`, which is an async generator or returns one."""
    streaming = call
    if not inspect.isasyncgenfunction(call):

        async def streaming(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            async for event in call(*args, **kwargs):
                yield event

    return source.around(streaming, _opener(source), lambda span, _: span.end(), _read_event, native=events)


def _opener(source: Source) -> Callable[..., OpenSpan]:
    """Return a function that starts the span; a method that calls the base method is one call."""

    def opened(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> OpenSpan:
        model = args[0]
        if source.current().state is model:
            return source.silent
        given = {**dict(zip(_POSITIONAL, args, strict=False)), **kwargs}
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
            _tell_agent(span)
        return span

    return opened


def _tell_agent(call: OpenSpan) -> None:
    """Keep the input of an agent: the input of its first model call."""
    agent = agent_around(call)
    if agent is not None and agent.record is not None and call.record is not None and agent.state is None:
        agent.state = ASKED
        agent.update(input=(call.record.input or {}).get("input"))


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
    return None if counted is None else Usage.of_call(name, counted)


def _plain(details: Any) -> Any:
    return details.model_dump() if hasattr(details, "model_dump") else details


def _output(items: Any) -> Any:
    """Return the text of an answer; a mapping if it also holds reasoning, a refusal, tool calls or other items."""
    said = list(items or ())
    parts = [part for item in said if item.type == "message" for part in item.content]
    rest = {
        "reasoning": "\n".join(part.text for item in said if item.type == "reasoning" for part in item.summary),
        "refusal": "".join(getattr(part, "refusal", "") for part in parts),
        "tool_calls": [_call(item) for item in said if item.type == "function_call"],
        "items": [item for item in said if item.type not in ("message", "reasoning", "function_call")],
    }
    text = "".join(getattr(part, "text", "") for part in parts)
    told = {name: value for name, value in rest.items() if value}
    return {"text": text, **told} if told else text


def _call(item: Any) -> dict[str, Any]:
    return {"name": item.name, "arguments": decoded(item.arguments), "id": item.call_id}
