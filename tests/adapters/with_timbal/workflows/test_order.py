"""The tree of a program is the same however long its steps take: order is causality, not the clock."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from timbal import Agent, Tool, Workflow
from timbal.core.test_model import TestModel

from pytest_traces.drawing.tree import draw_tree, outline
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from tests.adapters.with_timbal.models import tool_calls

Wait = Callable[[], Coroutine[Any, Any, None]]


def step(name: str, wait: Wait, fails: bool = False) -> Tool:
    async def work() -> str:
        await wait()
        if fails:
            raise ValueError(f"{name} failed")
        return name

    return Tool(name=name, handler=work)


def agent(name: str, tools: list[Any], *turns: list[str]) -> Agent:
    said = [tool_calls(*((tool, {"prompt": "go"} if tool == "expert" else {}) for tool in turn)) for turn in turns]
    return Agent(name=name, tools=tools, model=TestModel(responses=[*said, "Done."]), description=name)


def agents_in_agents(wait: Wait) -> Any:
    expert = agent("expert", [step("read", wait), step("write", wait)], ["read", "write"], ["write"])
    tools = [expert, step("look", wait), step("break", wait, fails=True)]
    turns = [["expert", "look", "unknown", "break"], ["look"], ["unknown", "look"], ["expert", "expert"]]
    return agent("boss", tools, *turns)


def forks_and_joins(wait: Wait) -> Any:
    flow = Workflow(name="flow").step(step("load", wait))
    for name, before in {"a": "load", "b": "load", "c": "a", "d": "b"}.items():
        flow.step(step(name, wait), depends_on=[before])
    flow.step(agent("expert", [step("read", wait), step("write", wait)], ["read", "write"]), depends_on=["b"])
    return flow.step(step("end", wait), depends_on=["c", "d", "expert"])


def work_in_the_background(wait: Wait) -> Any:
    build = step("build", wait)
    build.background_mode = "always"
    return agent("boss", [build, step("look", wait)], ["build", "look"], ["look"])


async def settle(program: Any) -> None:
    await program(prompt="go").collect()
    if left := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(left)


def drawn(make: Callable[[Wait], Any], seed: int) -> str:
    luck = random.Random(seed)

    async def wait() -> None:
        for _ in range(luck.choice([0, 1, 3])):
            await asyncio.sleep(luck.choice([0, 0, 0.001, 0.002]))

    with recording(Recorder("test")) as recorder:
        asyncio.run(settle(make(wait)))
    return draw_tree(harvest(recorder), outline)


@pytest.mark.parametrize("make", [agents_in_agents, forks_and_joins, work_in_the_background])
def test_the_tree_does_not_depend_on_luck(make: Callable[[Wait], Any]) -> None:
    assert {drawn(make, seed) for seed in range(8)} == {drawn(make, 0)}
