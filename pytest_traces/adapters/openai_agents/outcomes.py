"""What the SDK's spans do not tell of tools and agents: approvals, timeouts, local shells, final outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any

from agents.exceptions import ToolTimeoutError
from agents.run_internal.run_steps import NextStepFinalOutput
from agents.run_internal.tool_actions import LocalShellAction
from agents.run_internal.tool_execution import _FunctionToolBatchExecutor

from pytest_traces.adapters.openai_agents.spans import BLOCKED
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.turns import declare_turn
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.event_types import APPROVAL
from pytest_traces.runtime.recording.ancestry import upwards

KEEPS_VALUES = "keeps values"
"""State of the span of a local shell whose values may be recorded."""


def watch(made: Patches, source: Source) -> None:
    """Record the outcomes of tools and agents, and the one tool that has no span."""
    made.wrap(_FunctionToolBatchExecutor, "_maybe_execute_tool_approval", partial(_watch_approval, source))
    made.wrap(ToolTimeoutError, "__init__", partial(_watch_timeout, source))
    made.wrap(NextStepFinalOutput, "__init__", partial(_watch_final_output, source))
    made.wrap(LocalShellAction, "execute", partial(_watch_local_shell, source))


def agent_around(span: OpenSpan) -> OpenSpan | None:
    """Return the agent whose step a span is."""
    return next((one.handle for one in upwards(span.record) if one.type == "agent"), None)


def _watch_approval(source: Source, ask: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a call that does not run, because its approval is missing or refused."""

    @wraps(ask)
    async def watched(*args: Any, **kwargs: Any) -> Any:
        refusal = await ask(*args, **kwargs)
        span = source.current()
        if refusal is not None and span.record is not None:
            with span.guard():
                span.state = BLOCKED
                if refusal.run_item.type == "tool_approval_item":
                    span.event(APPROVAL, {"tool": span.record.name})
        return refusal

    return watched


def _watch_timeout(source: Source, make: Callable[..., None]) -> Callable[..., None]:
    """Keep the error of a tool that took too long; the model may get a text in its place."""

    @wraps(make)
    def watched(error: Any, *args: Any, **kwargs: Any) -> None:
        make(error, *args, **kwargs)
        source.current().update(error=SpanError(type="ToolTimeoutError", message=str(error)))

    return watched


def _watch_final_output(source: Source, make: Callable[..., None]) -> Callable[..., None]:
    """Keep the final output of a run as the output of its last agent."""

    @wraps(make)
    def watched(step: Any, output: Any) -> None:
        make(step, output)
        agent = agent_around(source.current())
        if agent is not None:
            agent.update(output=output)

    return watched


def _watch_local_shell(source: Source, execute: Callable[..., Any]) -> Callable[..., Any]:
    """Put a span around a command of a local shell."""

    def opened(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> OpenSpan:
        span = source.start("local_shell", "tool")
        declare_turn(span)
        if kwargs["config"].trace_include_sensitive_data:
            span.update(input=kwargs["call"].tool_call.action.model_dump(exclude_none=True))
            span.state = KEEPS_VALUES
        return span

    def closed(span: OpenSpan, item: Any) -> None:
        span.end(output=item.output if span.state == KEEPS_VALUES else None)

    return source.around(execute, opened, closed)
