"""Who waited for whom: what had to be over comes before, what happened to be over does not."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import anyio.to_thread
import pytest

from pytest_traces.drawing.tree import draw_tree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span


def drawn(program: Callable[[], Any]) -> str:
    recorder = Recorder("a test")
    with recording(recorder):
        ran = program()
        if asyncio.iscoroutine(ran):
            asyncio.run(ran)
    return draw_tree(harvest(recorder), lambda one: one.name)


def step(name: str) -> None:
    with span(span_type="tool", name=name):
        pass


async def slow(name: str) -> None:
    with span(span_type="tool", name=name):
        await asyncio.sleep(0.001)


async def quick(name: str) -> None:
    step(name)


async def awaited_one_by_one() -> None:
    a, b = asyncio.create_task(slow("a")), asyncio.create_task(quick("b"))
    await a
    step("c")
    await b


async def gathered_and_failed() -> None:
    async def fails() -> None:
        await slow("a")
        raise ValueError

    try:
        await asyncio.gather(fails(), quick("b"))
    except ValueError:
        step("c")


async def left_alone_in_a_group() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(quick("a"))
        await slow("b")
        group.create_task(quick("c"))


async def anyio_group() -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(quick, "a")
        await slow("b")
        group.start_soon(quick, "c")
    step("d")


async def waited_for() -> None:
    await asyncio.wait([asyncio.create_task(quick("a")), asyncio.create_task(slow("b"))])
    step("c")


async def cancelled_after_a_while() -> None:
    try:
        await asyncio.wait_for(slow("a"), 10)
    finally:
        step("b")


async def anyio_threads_one_by_one() -> None:
    await anyio.to_thread.run_sync(step, "a")
    await anyio.to_thread.run_sync(step, "b")


async def threads_one_by_one() -> None:
    await asyncio.to_thread(step, "a")
    await asyncio.to_thread(step, "b")


async def threads_at_once() -> None:
    await asyncio.gather(asyncio.to_thread(step, "a"), asyncio.to_thread(step, "b"))


async def contexts_of_their_own() -> None:
    await asyncio.gather(
        *(asyncio.get_running_loop().create_task(quick(name), context=contextvars.copy_context()) for name in "ab")
    )


def a_thread_left_alone() -> None:
    thread = threading.Thread(target=step, args=("a",))
    thread.start()
    time.sleep(0.01)
    step("b")
    thread.join()
    step("c")


def pool_results() -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(step, "a").result()
        pool.submit(step, "b").result()


def pool_waits() -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        concurrent.futures.wait([pool.submit(step, "a"), pool.submit(step, "b")])
        step("c")


def pool_is_left() -> None:
    with concurrent.futures.ThreadPoolExecutor() as pool:
        pool.submit(step, "a")
        time.sleep(0.01)
        pool.submit(step, "b")
    step("c")


def loops_one_by_one() -> None:
    asyncio.run(quick("a"))
    asyncio.run(quick("b"))


def a_loop_in_a_thread() -> None:
    thread = threading.Thread(target=lambda: asyncio.run(threads_at_once()))
    thread.start()
    thread.join()
    step("c")


@pytest.mark.parametrize(
    ("program", "tree"),
    [
        (awaited_one_by_one, "∥ a\n∥ ↳ c\n∥ b"),
        (gathered_and_failed, "∥ a\n∥ ↳ c\n∥ b"),
        (left_alone_in_a_group, "∥ a\n∥ b\n∥ ↳ c"),
        (anyio_group, "∥ a\n∥ b\n∥ ↳ c\nd"),
        (waited_for, "∥ a\n∥ b\nc"),
        (cancelled_after_a_while, "a\nb"),
        (anyio_threads_one_by_one, "a\nb"),
        (threads_one_by_one, "a\nb"),
        (threads_at_once, "∥ a\n∥ b"),
        (contexts_of_their_own, "∥ a\n∥ b"),
        (a_thread_left_alone, "∥ a\n∥ b\nc"),
        (pool_results, "a\nb"),
        (pool_waits, "∥ a\n∥ b\nc"),
        (pool_is_left, "∥ a\n∥ b\nc"),
        (loops_one_by_one, "a\nb"),
        (a_loop_in_a_thread, "∥ a\n∥ b\nc"),
    ],
)
def test_what_was_waited_for_comes_before(program: Callable[[], Any], tree: str) -> None:
    assert drawn(program) == tree


def test_everything_is_put_back_also_when_recordings_overlap() -> None:
    places: list[tuple[Any, str]] = [
        (asyncio.BaseEventLoop, "create_task"),
        (threading.Thread, "join"),
        (concurrent.futures.Future, "result"),
        (asyncio.TaskGroup, "__aexit__"),
    ]

    def found() -> list[Any]:
        return [getattr(owner, name) for owner, name in places]

    before = found()
    one, other = recording(Recorder("one")), recording(Recorder("other"))
    one.__enter__()
    other.__enter__()
    within = found()
    one.__exit__(None, None, None)
    assert found() == within
    other.__exit__(None, None, None)
    if before != within:  # else this test itself is recorded
        assert found() == before
        assert "__await__" not in vars(asyncio.tasks._GatheringFuture)


def test_a_loop_with_a_task_factory_of_its_own_keeps_it() -> None:
    made = []

    def factory(loop: asyncio.AbstractEventLoop, coro: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
        made.append(coro)
        return asyncio.Task(coro, loop=loop, **options)

    async def program() -> None:
        asyncio.get_running_loop().set_task_factory(factory)
        async with asyncio.TaskGroup() as group:
            group.create_task(quick("a"))
            await slow("b")
            group.create_task(quick("c"))

    assert drawn(program) == "∥ a\n∥ b\n∥ ↳ c"
    assert [coro.__name__ for coro in made][:2] == ["quick", "quick"]
