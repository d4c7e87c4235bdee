"""Calls of tools that a run leaves to the program: they wait for approval, or for a result from elsewhere."""

from __future__ import annotations

from typing import Any

from pydantic_ai.tools import DeferredToolRequests

from pytest_traces.adapters.pydantic_ai.messages import arguments
from pytest_traces.adapters.pydantic_ai.turns import Turns, take_turn
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.model.words.event_types import APPROVAL


def show_deferred(source: Source, agent: OpenSpan, output: Any) -> None:
    """Record the calls in the output of a run as blocked, except those that their tools have deferred themselves."""
    if isinstance(output, DeferredToolRequests):
        for call in output.calls:
            _show(source, agent, call, {"type": "CallDeferred", "metadata": output.metadata.get(call.tool_call_id)})
        for call in output.approvals:
            _show(source, agent, call, {"type": "ApprovalRequired", "metadata": output.metadata.get(call.tool_call_id)})


def _show(source: Source, agent: OpenSpan, call: Any, why: dict[str, Any]) -> None:
    if isinstance(agent.state, Turns) and call.tool_call_id not in agent.state.begun:
        span = source.start(call.tool_name, "tool", parent=agent, call_id=call.tool_call_id)
        take_turn(span, agent, "tools", alone=False)
        span.update(input=arguments(call.args))
        span.event(APPROVAL, why)
        span.end("blocked")
