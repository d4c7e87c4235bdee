"""Calls of tools that a graph's tool node does not know: LangGraph answers the model, and runs no tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_traces.adapters.langchain.values import arguments, handled_failure
from pytest_traces.adapters.toolkit.patches import Patches
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.turns import declare_turn
from pytest_traces.model.words.event_types import UNKNOWN_TOOL


def watch(made: Patches, source: Source) -> None:
    """Record such a call as a failed tool: `assert_no_unknown_tools` finds it."""
    from langgraph.prebuilt.tool_node import ToolNode

    def telling(validate: Callable[..., Any]) -> Callable[..., Any]:
        def _validate_tool_call(node: Any, call: Any) -> Any:
            refusal = validate(node, call)
            failure = handled_failure(refusal)
            if failure is not None:
                with source.guard():
                    span = source.start(call["name"], "tool", input=arguments(call["args"]))
                    declare_turn(span)
                    span.end("error", error=failure.model_copy(update={"type": UNKNOWN_TOOL}))
            return refusal

        return _validate_tool_call

    made.wrap(ToolNode, "_validate_tool_call", telling)
