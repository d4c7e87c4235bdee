"""Calls of tools, and of functions that return the output of an agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from pydantic import ValidationError
from pydantic_ai import exceptions
from pydantic_ai.exceptions import ApprovalRequired, CallDeferred, ModelRetry, ToolRetryError, UnexpectedModelBehavior
from pydantic_ai.messages import ToolReturn

from pytest_traces.adapters.pydantic_ai.messages import arguments, fault
from pytest_traces.adapters.pydantic_ai.runs import ask_again
from pytest_traces.adapters.pydantic_ai.turns import ToolCall, Turns, take_turn
from pytest_traces.adapters.toolkit.source import Arguments, Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.event_types import APPROVAL
from pytest_traces.runtime.effects import acted_inside

FAILURES = (ToolRetryError, getattr(exceptions, "ToolFailedError", ToolRetryError))
"""Exceptions of failed tools; versions before 2.58 have the first one only."""

REFUSALS = (*FAILURES, ModelRetry, ValidationError)
"""How a tool asks to be called again."""


def watch_tool(source: Source, execute: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around a tool call, even if its arguments are refused and the tool never runs."""

    def opened(args: Arguments, kwargs: Mapping[str, Any]) -> OpenSpan:
        manager, validated = _asked(*args, **kwargs)
        is_alone = manager.get_parallel_execution_mode() == "sequential" or manager.is_sequential(validated.call)
        span = _start(source, validated, alone=is_alone)
        turns = source.current().state
        if isinstance(turns, Turns):
            turns.begun.add(validated.call.tool_call_id)
            span.state = ToolCall(turns)
            if manager.ctx.retries.get(validated.call.tool_name):
                turns.repeat(span)
        return span

    def closed(span: OpenSpan, result: Any) -> None:
        span.end(output=result.return_value if isinstance(result, ToolReturn) else result)

    return source.around(_telling_why(source, execute), opened, closed, native=acted_inside)


def watch_output_function(source: Source, execute: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around the function of an output; it is machinery unless the program wrote it."""

    def opened(args: Arguments, kwargs: Mapping[str, Any]) -> OpenSpan:
        _, validated = _asked(*args, **kwargs)
        processor = validated.tool.toolset.processors[validated.call.tool_name]
        schema = args[2] if args[2:] else kwargs["schema"]
        context = processor.get_output_context(
            schema, mode="tool", tool_call=validated.call, tool_def=validated.tool.tool_def
        )
        return _start(source, validated, alone=False, machinery=not context.has_function)

    spanned = source.around(_telling_why(source, execute), opened)

    @wraps(execute)
    async def watched(manager: Any, *args: Any, **kwargs: Any) -> Any:
        agent = source.current()
        try:
            return await spanned(manager, *args, **kwargs)
        except ToolRetryError as error:
            ask_again(agent, error)
            raise

    return watched


def watch_output_check(source: Source, validate: Callable[..., Any]) -> Callable[..., Any]:
    """Record an output that does not fit its schema."""

    @wraps(validate)
    async def watched(manager: Any, *args: Any, **kwargs: Any) -> Any:
        validated = await validate(manager, *args, **kwargs)
        if not validated.args_valid:
            ask_again(source.current(), validated.validation_error)
        return validated

    return watched


def _start(source: Source, validated: Any, *, alone: bool, machinery: bool = False) -> OpenSpan:
    call, above = validated.call, source.current()
    span = source.start(call.tool_name, "tool", call_id=call.tool_call_id, machinery=machinery)
    if span:
        take_turn(span, above, "tools", alone=alone)
        span.update(input=arguments(call.args))
    return span


def _asked(manager: Any, validated: Any, *rest: Any, **options: Any) -> tuple[Any, Any]:
    return manager, validated


def _fail(span: OpenSpan, error: BaseException) -> None:
    with span.guard():
        if isinstance(span.state, ToolCall) and isinstance(error, ToolRetryError):
            span.state.turns.fail(span)
        span.end("error", error=SpanError(**fault(error)))


def _telling_why(source: Source, execute: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function; for an exception of pydantic-ai, the span gets the error behind it."""

    @wraps(execute)
    async def watched(manager: Any, *args: Any, **kwargs: Any) -> Any:
        span = source.current()
        try:
            return await execute(manager, *args, **kwargs)
        except FAILURES as error:
            if span:
                _fail(span, error)
            raise
        except UnexpectedModelBehavior as error:  # the last attempt: the run gives up
            if isinstance(error.__cause__, REFUSALS):
                _fail(span, error.__cause__)
            raise
        except (ApprovalRequired, CallDeferred) as wanted:
            span.event(APPROVAL, {"type": type(wanted).__name__, "metadata": wanted.metadata})
            span.end("blocked")
            raise

    return watched
