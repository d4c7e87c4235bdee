"""Whichever of several tasks is first: what follows knows no more than that one of them is over."""

from __future__ import annotations

import asyncio
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait

from tests.laws.waits.steps import Program, Programs, Run, Steps, ended, every, trees

programs = Programs()


@programs.drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\n∥ c\n∥ ↳ got c\nafter")
async def tasks_as_completed(step: Steps) -> None:
    for one in asyncio.as_completed([step.later(name) for name in "bca"]):
        await step.later(f"got {await one}")
    await step.later("after")


@programs.drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\n∥ c\n∥ ↳ got c\nafter")
def futures_as_completed(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        for one in as_completed([pool.submit(step, name) for name in "bca"]):
            step(f"got {one.result()}")
        step("after")


@programs.drawn_as("∥ a\n∥ b\nafter")
def as_completed_without_results(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        for _ in as_completed([pool.submit(step, name) for name in "ba"]):
            pass
        step("after")


@programs.drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\n∥ c\n∥ ↳ got c\nafter")
async def the_first_until_none_is_left(step: Steps) -> None:
    pending = {asyncio.create_task(step.later(name)) for name in "bca"}
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            await step.later(f"got {one.result()}")
    await step.later("after")


@programs.drawn_as("∥ a\n∥ after one\n∥ b")
async def the_first_only(step: Steps) -> None:
    tasks = {asyncio.create_task(step.later(name)) for name in "ba"}
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    done.pop().result()
    await step.later("after one")
    await ended(*tasks)


@programs.drawn_as("∥ a\n∥ b\nafter both")
async def the_first_and_then_the_other(step: Steps) -> None:
    tasks = {asyncio.create_task(step.later(name)) for name in "ba"}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.gather(*done, *pending)
    await step.later("after both")


@programs.drawn_as("∥ a\n∥ after one\n∥ b")
def the_first_future_only(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        done, _ = wait([pool.submit(step, name) for name in "ba"], return_when=FIRST_COMPLETED)
        done.pop().result()
        step("after one")


@programs.drawn_as("∥ a\n∥ b\nafter")
def all_futures(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        wait([pool.submit(step, name) for name in "ba"])
        step("after")


@every(programs)
def test_what_is_first_by_luck_says_nothing(program: Program, tree: str, run: Run) -> None:
    assert trees(program, run) == {tree}
