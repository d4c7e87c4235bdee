"""Our own programs, which are recorded."""

from __future__ import annotations

import asyncio

from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span

PER_TURN = 10
"""Spans of one turn of the agent."""


def recorded_agent(spans: int) -> Recorder:
    """Record an agent: each turn asks the model, calls two concurrent tools and six in a row."""
    with recording(Recorder("benchmark", max_spans=10_000_000)) as recorder:
        asyncio.run(_agent(max(1, spans // PER_TURN)))
    return recorder


async def _agent(turns: int) -> None:
    with span(span_type="agent", name="planner"):
        for turn in range(turns):
            await _turn(turn)


async def _turn(turn: int) -> None:
    with span(span_type="chain", name="turn"):
        with span(span_type="llm", name="gpt-4o-mini") as call:
            call.set_token_usage(input_tokens=100, output_tokens=20)
        await asyncio.gather(_tool(f"search_{turn}", turn, 0), _tool("read", turn, 1))
        for step in range(2, 8):
            await _tool("lookup", turn, step)


async def _tool(name: str, turn: int, step: int) -> None:
    with span(span_type="tool", name=name, input={"query": f"page {turn} of the report", "step": step}) as call:
        call.record_output({"rows": [turn, step], "text": "a result of the usual length, as tools give them"})


def record_flat(spans: int) -> None:
    """Record empty spans, one after the other."""
    for _ in range(spans):
        with span(span_type="tool", name="step"):
            pass
