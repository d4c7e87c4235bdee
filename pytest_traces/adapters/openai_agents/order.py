"""The order that the SDK keeps: a model is asked again when all tools have answered.

It waits for tools in races of its own, in which the order cannot be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.runtime.recording.ancestry import upwards
from pytest_traces.runtime.recording.recorder import Record


def over_before_model(span: OpenSpan) -> list[str]:
    """Return the steps of the same agent that are over."""
    return [one.call_id for one in _over(span)]


def over_before_tool(span: OpenSpan) -> list[str]:
    """Return the model call that asked for a tool, and what was over before that call."""
    asked_by = next((one for one in _over(span) if one.type == "llm"), None)
    return [] if asked_by is None else [asked_by.call_id, *asked_by.after]


def _over(span: OpenSpan) -> Iterator[Record]:
    """Yield the steps of the same agent that are over, the latest first."""
    record = span.record
    agent = next((one for one in upwards(record) if one.type == "agent"), None)
    if record is not None and agent is not None:
        for one in takewhile(lambda one: one is not agent, reversed(record.recorder.records)):
            if one.ended is not None and agent in upwards(one.parent):
                yield one
