"""LangChain: parallel tools of an agent in threads and tasks, `batch` and parallel steps, all held up at random."""

from __future__ import annotations

import asyncio
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda, RunnableParallel
from langchain_core.tools import tool

from tests.adapters.with_langchain.models import USAGE, scripted
from tests.laws.frameworks.schedules import DESK_WITH_A_THREAD_AGAIN, tools_of, trees
from tests.laws.waits.steps import Steps

ASKED: Any = {"messages": [("user", "?")]}


def asks_for(*names: str) -> AIMessage:
    asked: Any = [{"name": name, "args": {}, "id": f"{name}-{index}"} for index, name in enumerate(names)]
    return AIMessage("", tool_calls=asked, usage_metadata=USAGE)


def desk(step: Steps) -> Any:
    @tool
    def left() -> str:
        """Look left."""
        return step("inside")

    @tool
    def right() -> str:
        """Look right."""
        step("before")
        return step("inside")

    model = scripted(asks_for("left", "right", "left"), asks_for("right"), AIMessage("It is done."))
    return create_agent(model, [left, right], name="desk")


DESK = """\
agent desk
  llm Scripted
  ∥ tool left
    tool inside
  ∥ tool left
    tool inside
  ∥ tool right
    tool before
    tool inside
  llm Scripted
  tool right
    tool before
    tool inside
  llm Scripted"""


def streams(step: Steps) -> None:
    for _ in range(2):
        for _ in desk(step).stream(ASKED, stream_mode="messages"):
            pass


def test_tools_in_threads_are_side_by_side_and_turns_come_one_after_the_other() -> None:
    assert trees(lambda step: desk(step).invoke(ASKED)) == {DESK}


def test_streamed_runs_in_a_loop_come_one_after_the_other() -> None:
    assert trees(streams) == {f"{DESK}\n{DESK}"}


async def in_tasks(step: Steps) -> None:
    model = scripted(asks_for("fans_out", "hands_over", "in_thread"), asks_for("in_thread"), AIMessage("It is done."))
    await create_agent(model, [tool(one) for one in tools_of(step)], name="desk").ainvoke(ASKED)


def test_tools_in_tasks_are_side_by_side_and_what_they_hand_over_is_in_order() -> None:
    assert trees(in_tasks) == {DESK_WITH_A_THREAD_AGAIN.format(model="Scripted")}


def items(step: Steps) -> Any:
    def work(number: int) -> str:
        step("begin")
        both = RunnableParallel(a=RunnableLambda(lambda _: step("a")), b=RunnableLambda(lambda _: step("b")))
        both.invoke(number)
        return step("end")

    return RunnableLambda(work)


ITEM = """\
workflow work
  tool begin
  ∥ tool a
  ∥ tool b
  tool end"""
SIDE_BY_SIDE = "\n".join([f"∥ {ITEM}"] * 3)


def test_items_of_a_batch_in_threads_are_side_by_side() -> None:
    assert trees(lambda step: items(step).batch([1, 2, 3])) == {SIDE_BY_SIDE}


async def batched(step: Steps) -> None:
    await items(step).abatch([1, 2, 3])
    await asyncio.to_thread(step, "after")


def test_items_of_a_batch_in_tasks_are_side_by_side() -> None:
    assert trees(batched) == {f"{SIDE_BY_SIDE}\ntool after"}
