"""The turns of an agent: a model is asked again when all tools have answered.

Frameworks wait for tools in ways that no join shows, so adapters declare that order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.recorder import Record


def declare_turn(span: OpenSpan) -> None:
    """Declare which spans were over before a step of an agent began; for other spans nothing is declared."""
    if span.record is not None and _agent_of(span.record) is not None:
        span.after(_over_before_model(span) if span.record.type == "llm" else _over_before_tool(span))


def _over_before_model(span: OpenSpan) -> list[str]:
    """Return the finished model and tool calls of the same agent; a guardrail may run concurrent with them."""
    return [one.call_id for one in _over(span, "llm", "tool")]


def _over_before_tool(span: OpenSpan) -> list[str]:
    """Return the model call that asked for a tool, and the spans that were over before that call."""
    asked_by = next(_over(span, "llm"), None)
    return [] if asked_by is None else [asked_by.call_id, *asked_by.after]


def _over(span: OpenSpan, *types: str) -> Iterator[Record]:
    """Yield the finished steps of the same agent, the latest first."""
    record = span.record
    agent = None if record is None else _agent_of(record)
    if record is not None and agent is not None:
        for one in takewhile(lambda one: one is not agent, reversed(record.recorder.records)):
            if one.ended is not None and one.type in types and _agent_of(one) is agent:
                yield one


def _agent_of(record: Record) -> Record | None:
    """Return the agent of a step; spans inside a tool are steps of no agent, because tools run concurrently."""
    above = next((one for one in upwards(record.parent) if not one.machinery), None)
    return above if above is not None and above.type == "agent" else None
