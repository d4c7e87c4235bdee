"""Plain code that waits for loops, and tasks that no code waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import anyio.from_thread

from tests.laws.waits.steps import Program, Programs, Run, Steps, ended, every, trees

programs = Programs()


@contextmanager
def a_loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@programs.drawn_as("a\nb")
def requests_through_a_portal(step: Steps) -> None:
    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(step.later, "a")
        portal.call(step.later, "b")


@programs.drawn_as("∥ a\n∥ b\nc")
def requests_at_once_through_a_portal(step: Steps) -> None:
    with anyio.from_thread.start_blocking_portal() as portal:
        started = [portal.start_task_soon(step.later, name) for name in "ab"]
        for one in started:
            one.result()
        step("c")


@programs.drawn_as("a\nb")
def requests_to_a_loop_in_a_thread(step: Steps) -> None:
    with a_loop_in_a_thread() as loop:
        asyncio.run_coroutine_threadsafe(step.later("a"), loop).result()
        asyncio.run_coroutine_threadsafe(step.later("b"), loop).result()


@programs.drawn_as("∥ a\n∥ b\nc")
def loops_in_threads(step: Steps) -> None:
    threads = [threading.Thread(target=lambda name=name: asyncio.run(step.later(name))) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    step("c")


@programs.drawn_as("∥ a\n∥ b")
async def fire_and_forget(step: Steps) -> None:
    task = asyncio.create_task(step.later("a"))
    await asyncio.sleep(0.0001)
    await step.later("b")
    await ended(task)


@every(programs)
def test_plain_code_that_waits_for_a_loop_is_in_order(program: Program, tree: str, run: Run) -> None:
    assert trees(program, run) == {tree}
