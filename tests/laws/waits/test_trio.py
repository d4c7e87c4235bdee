"""The same law for trio, whose scheduler takes its tasks in random order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import anyio.to_thread
import pytest
import trio

from pytest_traces.runtime.tracing.spans import span
from tests.laws.clocks import run_in_trio
from tests.laws.waits.steps import Program, Programs, Steps, plainly, trees

programs = Programs()


async def take(step: Steps, name: str) -> None:
    await trio.sleep(step.delay())
    with span(span_type="tool", name=name):
        await trio.sleep(step.delay())
    await trio.sleep(step.delay())


@programs.drawn_as("∥ a\n∥ b\n∥ ↳ c\nafter")
async def a_nursery(step: Steps) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(take, step, "a")
        await take(step, "b")
        nursery.start_soon(take, step, "c")
    await take(step, "after")


@programs.drawn_as("begun\n∥ a\n∥ b\nafter")
async def a_task_that_says_when_it_has_begun(step: Steps) -> None:
    async def begins(task_status: trio.TaskStatus[None]) -> None:
        await take(step, "begun")
        task_status.started()
        await take(step, "a")

    async with trio.open_nursery() as nursery:
        await nursery.start(begins)
        await take(step, "b")
    await take(step, "after")


@programs.drawn_as("a\nb")
async def threads_one_by_one(step: Steps) -> None:
    await trio.to_thread.run_sync(step, "a")
    await trio.to_thread.run_sync(step, "b")


@programs.drawn_as("∥ a\n∥ b\nafter")
async def threads_of_anyio(step: Steps) -> None:
    async with anyio.create_task_group() as group:
        for name in "ba":
            group.start_soon(anyio.to_thread.run_sync, step, name)
    await take(step, "after")


async def _serve(step: Steps, jobs: Any) -> None:
    async with jobs:
        async for job in jobs:
            await take(step, job)


async def _with_workers(step: Steps, count: int, ends: Callable[[float], Any]) -> None:
    send, receive = ends(10)
    async with trio.open_nursery() as nursery:
        for _ in range(count):
            nursery.start_soon(_serve, step, receive.clone())
        receive.close()
        async with send:
            for name in "bca":
                await send.send(name)
    await take(step, "after")


@programs.drawn_as("∥ a\n∥ b\n∥ c\nafter")
async def two_receivers_of_a_channel(step: Steps) -> None:
    await _with_workers(step, 2, trio.open_memory_channel)


@programs.drawn_as("b\nc\na\nafter")
async def one_receiver_of_a_channel(step: Steps) -> None:
    await _with_workers(step, 1, trio.open_memory_channel)


@programs.drawn_as("∥ a\n∥ b\n∥ c\nafter")
async def two_receivers_of_a_stream(step: Steps) -> None:
    await _with_workers(step, 2, anyio.create_memory_object_stream)


@programs.drawn_as("b\nc\na\nafter")
async def one_receiver_of_a_stream(step: Steps) -> None:
    await _with_workers(step, 1, anyio.create_memory_object_stream)


@programs.drawn_as("before\n∥ a\n∥ b\nafter")
async def an_event_of_two_waiters(step: Steps) -> None:
    go = trio.Event()

    async def waits(name: str) -> None:
        await go.wait()
        await take(step, name)

    async with trio.open_nursery() as nursery:
        for name in "ab":
            nursery.start_soon(waits, name)
        await take(step, "before")
        go.set()
    await take(step, "after")


def in_trio(program: Program, steps: Steps) -> None:
    run_in_trio(steps.schedule, program, steps)


@pytest.mark.parametrize(("program", "tree"), [one.values[:2] for one in programs if one.values[2] is plainly])
def test_trio_draws_what_had_to_come_first(program: Program, tree: str) -> None:
    assert trees(program, in_trio) == {tree}


def test_what_follows_a_run_of_trio_knows_all_of_it() -> None:
    def program(step: Steps) -> None:
        in_trio(a_nursery, step)
        step("at the end")

    assert {tree.splitlines()[-2:] == ["after", "at the end"] for tree in trees(program, plainly)} == {True}
