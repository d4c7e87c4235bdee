"""Turns of an agent are declared by adapters; what its tools run side by side is in no declared order."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_traces import Trace
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.adapters.toolkit.turns import declare_turn

SOURCE = Source("framework")


@contextmanager
def step(type: str, name: str) -> Iterator[None]:
    span = SOURCE.start(name, type)
    declare_turn(span)
    span.enter()
    yield
    span.end()


async def ask(name: str, done: list[str], after: list[str]) -> None:
    while not set(after) <= set(done):  # seen by no recording: as if it were luck
        await asyncio.sleep(0)
    with step("llm", name):
        pass
    done.append(name)


async def asks_twice(tool: str, *, backwards: bool) -> None:
    """Ask two models side by side, of which the second begins when the first has ended; which is first is luck."""
    done: list[str] = []
    names = [f"{tool}_0", f"{tool}_1"]
    first = names[backwards]
    with step("tool", tool):
        await asyncio.gather(*(ask(name, done, [] if name == first else [first]) for name in names))


async def agent(*, backwards: bool) -> None:
    with step("agent", "agent"):
        with step("llm", "model"):
            pass
        tools = [asyncio.create_task(asks_twice(name, backwards=backwards)) for name in ("one", "other")]
        while not all(one.done() for one in tools):  # a framework's own race: no join is observed
            await asyncio.sleep(0)
        with step("llm", "model"):
            pass


@pytest.mark.parametrize("backwards", [False, True])
def test_models_asked_inside_of_parallel_tools_are_not_ordered_by_luck(trace: Trace, backwards: bool) -> None:
    asyncio.run(agent(backwards=backwards))
    assert str(trace).splitlines() == [
        "agent agent",
        "├─ llm model",
        "├─ ∥ tool one",
        "│  ├─ ∥ llm one_0",
        "│  └─ ∥ llm one_1",
        "├─ ∥ tool other",
        "│  ├─ ∥ llm other_0",
        "│  └─ ∥ llm other_1",
        "└─ llm model",
    ]
