"""The SDK's spans as spans of our model."""

from __future__ import annotations

import json
import sys
from typing import Any

from agents.exceptions import UserError

from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.turns import declare_turn
from pytest_traces.model.span import SpanError
from pytest_traces.model.words.event_types import UNKNOWN_TOOL

_TYPES = {"agent": "agent", "function": "tool", "generation": "llm", "response": "llm", "custom": "chain"}
_MACHINERY = frozenset({"task", "turn", "mcp_tools"})
_UNNAMED = frozenset({"Agent workflow", "Agent run"})
"""The SDK's names for a run that the program did not name."""
_NO_SUCH_TOOL = frozenset({"Tool not found", "Custom tool not found"})
"""Errors of the SDK for a call of a tool that does not exist; the SDK has no span for the call."""


BLOCKED = "blocked"
"""State of the span of a tool that does not run."""


class Spans:
    """Opens and closes the span of each of the SDK's spans and traces."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def start(self, native: Any, mark_as_current: bool = False) -> None:
        """Start a span where the SDK starts its own."""
        with self._source.guard():
            data = native.span_data
            if data.type in ("generation", "response") and _is_model_call(self._source.current()):
                return  # the call of the model is recorded already
            name, own = _name(data), data.type in _MACHINERY
            own = own or (data.type == "custom" and name in _UNNAMED)
            span = self._source.start(name, _TYPES.get(data.type, data.type), machinery=own)
            if data.type == "function":
                declare_turn(span)
            self._keep(native, span, mark_as_current)

    def start_trace(self, native: Any, mark_as_current: bool = False) -> None:
        """Start the root of a run; it is machinery unless the program named it."""
        with self._source.guard():
            span = self._source.start(native.name, "workflow", machinery=native.name in _UNNAMED)
            if native.metadata:
                span.update(metadata=native.metadata)
            self._keep(native, span, mark_as_current)

    def set_error(self, native: Any, error: Any) -> None:
        """Keep an error of the SDK; the exception that is being handled has more detail than the message."""
        span = _open(native)
        if span.record is not None:
            with span.guard():
                if error["message"] in _NO_SUCH_TOOL:
                    self._add_unknown_tool(str((error["data"] or {}).get("tool_name", "?")))
                raised = sys.exception()
                told = SpanError(type="Error", message=str(error["message"]))
                if raised is not None:
                    told = SpanError(type=type(raised).__name__, message=str(raised))
                span.update(error=told)

    def _add_unknown_tool(self, name: str) -> None:
        span = self._source.start(name, "tool")
        declare_turn(span)
        span.end("error", error=SpanError(type=UNKNOWN_TOOL, message=f"no tool is called {name!r}"))

    def finish(self, native: Any, reset_current: bool = False) -> None:
        """End a span with the SDK's data, or with the exception that leaves it."""
        span = _open(native)
        if span.record is None or span.record.ended is not None:
            return
        with span.guard():
            data = getattr(native, "span_data", None)
            raised = sys.exception()
            facts = _facts(data)
            if facts:
                span.update(**facts)
            if raised is not None and raised is not native._pytest_traces_handled:
                span.fail(_behind(raised, data))
            elif span.record.error is not None:
                span.end("error", output=None)  # the text that the model gets instead is in the input of the next call
            else:
                is_blocked = span.state == BLOCKED or getattr(data, "triggered", False)
                span.end("blocked" if is_blocked else "success")

    def _keep(self, native: Any, span: OpenSpan, mark_as_current: bool) -> None:
        native._pytest_traces = span
        native._pytest_traces_handled = sys.exception()
        if mark_as_current:
            span.enter()


def _open(native: Any) -> OpenSpan:
    span: OpenSpan | None = getattr(native, "_pytest_traces", None)
    return OpenSpan("openai_agents", None) if span is None else span


def _behind(raised: BaseException, data: Any) -> BaseException:
    """Return the exception of a tool, which the SDK wraps if it is to end the run."""
    is_wrapped = isinstance(raised, UserError) and getattr(data, "type", None) == "function"
    return raised.__cause__ if is_wrapped and raised.__cause__ is not None else raised


def _is_model_call(span: OpenSpan) -> bool:
    return span.record is not None and span.record.type == "llm"


def _name(data: Any) -> str:
    if data.type == "handoff":
        return f"{data.from_agent} to {data.to_agent}" if data.to_agent else str(data.from_agent)
    return str(getattr(data, "name", None) or getattr(data, "model", None) or data.type)


def _facts(data: Any) -> dict[str, Any]:
    """Return the data of a span at its end: values of tools, agents for handoffs."""
    facts: dict[str, Any] = {}
    if data is None:
        return facts
    if getattr(data, "input", None) is not None:
        facts["input"] = decoded(data.input) if data.type == "function" else data.input
    if getattr(data, "output", None) is not None:
        facts["output"] = data.output
    if data.type == "agent":
        told = {"tools": data.tools, "handoffs": data.handoffs, "output_type": data.output_type}
        facts["attributes"] = {name: value for name, value in told.items() if value}
    if data.type == "custom":
        facts["attributes"] = dict(data.data)
    if data.type == "handoff":
        facts |= {"name": _name(data), "output": data.to_agent}
    return facts


def decoded(arguments: Any) -> Any:
    """Return the arguments a model chose, which come as JSON."""
    try:
        return json.loads(arguments)
    except (TypeError, ValueError):
        return arguments
