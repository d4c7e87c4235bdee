"""The order of a graph's nodes: LangGraph runs them in supersteps, and waits for each in ways that no join shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pytest_traces.adapters.toolkit.span import OpenSpan


def declare_superstep(node: OpenSpan, graph: OpenSpan, about: Mapping[str, Any]) -> None:
    """Declare that a node comes after earlier supersteps, and after its own earlier attempts."""
    step = about.get("langgraph_step")
    if node.record is None or graph.record is None or not isinstance(step, int):
        return
    if graph.state is None:
        graph.state = defaultdict(list)
    steps: dict[int, list[tuple[str, Any]]] = graph.state
    task = about.get("langgraph_checkpoint_ns")
    last = max((earlier for earlier in steps if earlier < step), default=-1)
    node.after(call_id for call_id, _ in steps.get(last, ()))
    earlier_attempts = [call_id for call_id, of in steps.get(step, ()) if of == task]
    node.after(earlier_attempts)
    if earlier_attempts:
        node.record.retry_of = earlier_attempts[-1]
    steps[step].append((node.record.call_id, task))
