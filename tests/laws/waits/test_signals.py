"""Events, barriers and semaphores: what had to be signalled comes before."""

from __future__ import annotations

import asyncio
import threading

from tests.laws.waits.steps import Program, Programs, Run, Steps, every, trees

programs = Programs()


@programs.drawn_as("before\n∥ a\n∥ b\nafter")
async def an_event_of_two_waiters(step: Steps) -> None:
    go = asyncio.Event()

    async def waits(name: str) -> None:
        await go.wait()
        await step.later(name)

    async with asyncio.TaskGroup() as group:
        for name in "ab":
            group.create_task(waits(name))
        await step.later("before")
        go.set()
    await step.later("after")


@programs.drawn_as("∥ a\n∥ b\n∥ c")
def an_event_of_two_setters(step: Steps) -> None:
    go = threading.Event()
    threads = [threading.Thread(target=lambda name=name: (step(name), go.set())) for name in "ab"]
    for thread in threads:
        thread.start()
    go.wait()
    step("c")
    for thread in threads:
        thread.join()


@programs.drawn_as("a\nb\nc")
def events_back_and_forth(step: Steps) -> None:
    ping, pong = threading.Event(), threading.Event()

    def answers() -> None:
        ping.wait()
        step("b")
        pong.set()

    thread = threading.Thread(target=answers)
    thread.start()
    step("a")
    ping.set()
    pong.wait()
    step("c")
    thread.join()


@programs.drawn_as("∥ a1\n∥ b1\nthen ∥ a2\n∥ b2")
def a_barrier(step: Steps) -> None:
    barrier = threading.Barrier(2)

    def works(name: str) -> None:
        step(f"{name}1")
        barrier.wait()
        step(f"{name}2")

    threads = [threading.Thread(target=works, args=[name]) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@programs.drawn_as("∥ a\n∥ b\nafter")
async def a_semaphore_that_counts(step: Steps) -> None:
    done = asyncio.Semaphore(0)

    async def works(name: str) -> None:
        await step.later(name)
        done.release()

    tasks = [asyncio.create_task(works(name)) for name in "ba"]
    for _ in tasks:
        await done.acquire()
    await step.later("after")


@programs.drawn_as("∥ a\n∥ b\n∥ c\nafter")
async def a_semaphore_that_limits(step: Steps) -> None:
    limit = asyncio.Semaphore(1)

    async def works(name: str) -> None:
        async with limit:
            await step.later(name)

    await asyncio.gather(*(works(name) for name in "bca"))
    await step.later("after")


@every(programs)
def test_what_was_signalled_comes_before(program: Program, tree: str, run: Run) -> None:
    assert trees(program, run) == {tree}
