"""Callbacks and timers: a loop runs them at some later time."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from tests.laws.waits.steps import Program, Programs, Run, Steps, every, trees

programs = Programs()


@programs.drawn_as("a\ncalled back\nafter")
async def a_callback_of_a_task(step: Steps) -> None:
    task = asyncio.create_task(step.later("a"))
    task.add_done_callback(lambda _: step("called back") and None)
    await task
    await step.later("after")


@programs.drawn_as("called back\nafter")
async def a_callback_of_a_task_that_does_nothing(step: Steps) -> None:
    task = asyncio.create_task(asyncio.sleep(0))
    task.add_done_callback(lambda _: step("called back") and None)
    await task
    await step.later("after")


@programs.drawn_as("a\n∥ after\n∥ called back\nat the end")
def a_callback_of_a_future(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        future = pool.submit(step, "a")
        future.add_done_callback(lambda _: step("called back") and None)
        future.result()
        step("after")
    step("at the end")


@programs.drawn_as("before\n∥ after\n∥ called\nat the end")
def a_call_soon(step: Steps) -> None:
    async def program() -> None:
        step("before")
        asyncio.get_running_loop().call_soon(step, "called")
        await step.later("after")

    asyncio.run(program())
    step("at the end")


@programs.drawn_as("called\nafter")
async def a_call_later_that_sets_an_event(step: Steps) -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.001, lambda: (step("called"), done.set()))
    await done.wait()
    await step.later("after")


@programs.drawn_as("called\nafter")
async def a_callback_that_sets_a_future(step: Steps) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(0.001, lambda: future.set_result(step("called")))
    await future
    await step.later("after")


@programs.drawn_as("called\nafter")
def a_timer_in_a_thread(step: Steps) -> None:
    timer = threading.Timer(0.001, step, ["called"])
    timer.start()
    timer.join()
    step("after")


@every(programs)
def test_a_callback_is_beside_what_does_not_wait_for_it(program: Program, tree: str, run: Run) -> None:
    assert trees(program, run) == {tree}
