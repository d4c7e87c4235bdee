"""Programs of frameworks under many schedules: what a framework waits for is seen, or declared by its adapter.

A program gets `Steps`, whose delays hold up its models, its tools and what runs inside them.
`TRACES_LAW_SCHEDULES=200 pytest tests/laws/frameworks` tries more schedules of each program.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any

from pytest_traces.drawing.tree import draw_tree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from tests.laws.waits.steps import Steps

SCHEDULES = int(os.environ.get("TRACES_LAW_SCHEDULES", "30"))


def trees(program: Callable[[Steps], Any]) -> set[str]:
    """Return all that a program draws: types and names, nesting and order."""
    return {_drawn(program, Steps(schedule)) for schedule in range(SCHEDULES)}


def _drawn(program: Callable[[Steps], Any], steps: Steps) -> str:
    recorder = Recorder("a schedule")
    with recording(recorder):
        ran = program(steps)
        if asyncio.iscoroutine(ran):
            asyncio.run(ran)
    lines = draw_tree(harvest(recorder), lambda one: f"{one.type} {one.name}").splitlines()
    return "\n".join(_indented(line) for line in lines)


def _indented(line: str) -> str:
    text = line.lstrip("│├└─ ")
    return "  " * ((len(line) - len(text)) // 3) + text


async def fan_out(step: Steps) -> str:
    """Fork and join inside a tool."""
    await step.later("look")
    await asyncio.gather(step.later("left"), step.later("right"))
    return await step.later("both")


async def hand_over(step: Steps) -> str:
    """Hand work to a task by a queue, and hear of its end by an event."""
    jobs: asyncio.Queue[str] = asyncio.Queue()
    done = asyncio.Event()

    async def work() -> None:
        await step.later(await jobs.get())
        done.set()

    worker = asyncio.create_task(work())
    await step.later("ask")
    jobs.put_nowait("work")
    await done.wait()
    await step.later("told")
    await worker
    return "done"


def tools_of(step: Steps) -> list[Callable[[], Any]]:
    """Return three functions for tools: two fork or hand over in tasks, one may run in a thread."""

    async def fans_out() -> str:
        """Fork and join."""
        return await fan_out(step)

    async def hands_over() -> str:
        """Hand over."""
        return await hand_over(step)

    def in_thread() -> str:
        """Run in a thread."""
        return step("inside")

    return [fans_out, hands_over, in_thread]


DESK_WITH_THREE_TOOLS = """\
agent desk
  llm {model}
  ∥ tool fans_out
    tool look
    ∥ tool left
    ∥ tool right
    tool both
  ∥ tool hands_over
    tool ask
    tool work
    tool told
  ∥ tool in_thread
    tool inside
  llm {model}"""
DESK_WITH_A_THREAD_AGAIN = f"""\
{DESK_WITH_THREE_TOOLS}
  tool in_thread
    tool inside
  llm {{model}}"""
