"""Turns of an agent are declared by adapters; what its tools run side by side is in no declared order."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_traces import Trace
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.span import OpenSpan
from pytest_traces.adapters.toolkit.turns import declare_turn

SOURCE = Source("framework")


@contextmanager
def step(type: str, name: str) -> Iterator[OpenSpan]:
    span = SOURCE.start(name, type)
    declare_turn(span)
    span.enter()
    yield span
    span.end()


async def tool(name: str, gate: asyncio.Event, opens: asyncio.Event, *, asks: bool) -> None:
    with step("tool", name):
        await gate.wait()
        if asks:
            with step("llm", "inner"):
                pass
        opens.set()


async def agent(*, other_first: bool) -> None:
    """Ask, run two tools of which the first one asks a model of its own, ask again; either tool may end first."""
    gates = asyncio.Event(), asyncio.Event()
    with step("agent", "agent"):
        with step("llm", "model"):
            pass
        one = asyncio.create_task(tool("one", gates[0], gates[1], asks=True))
        other = asyncio.create_task(tool("other", gates[1], gates[0], asks=False))
        gates[other_first].set()
        while not (one.done() and other.done()):  # a framework's own race: no join is observed
            await asyncio.sleep(0)
        with step("llm", "model"):
            pass


@pytest.mark.parametrize("other_first", [False, True])
def test_a_model_asked_inside_one_of_two_parallel_tools_is_not_ordered_by_luck(trace: Trace, other_first: bool) -> None:
    asyncio.run(agent(other_first=other_first))
    assert str(trace) == ("agent agent\n├─ llm model\n├─ ∥ tool one\n│  └─ llm inner\n├─ ∥ tool other\n└─ llm model")
    trace.assert_parallel("inner", "other")
