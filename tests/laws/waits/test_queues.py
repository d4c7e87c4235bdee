"""Items of queues: of a single consumer in order, of competing ones side by side."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import anyio.from_thread

from tests.laws.waits.steps import Program, Programs, Run, Steps, every, trees

programs = Programs()


async def _work(jobs: asyncio.Queue[str], step: Steps) -> None:
    while True:
        job = await jobs.get()
        await step.later(job)
        jobs.task_done()


async def _with_workers(step: Steps, count: int) -> None:
    jobs: asyncio.Queue[str] = asyncio.Queue()
    workers = [asyncio.create_task(_work(jobs, step)) for _ in range(count)]
    for name in "bca":
        jobs.put_nowait(name)
    await jobs.join()
    await step.later("after")
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


@programs.drawn_as("∥ a\n∥ b\n∥ c\nafter")
async def two_workers_of_a_queue(step: Steps) -> None:
    await _with_workers(step, 2)


@programs.drawn_as("b\nc\na\nafter")
async def one_worker_of_a_queue(step: Steps) -> None:
    await _with_workers(step, 1)


def _serve(jobs: Any, step: Steps, answers: Any = None) -> None:
    while (job := jobs.get()) is not None:
        step(job)
        if answers is not None:
            answers.put(job)


@contextmanager
def threads_that_serve(step: Steps, count: int, jobs: Any, answers: Any = None) -> Iterator[None]:
    threads = [threading.Thread(target=_serve, args=(jobs, step, answers)) for _ in range(count)]
    for thread in threads:
        thread.start()
    yield
    for _ in threads:
        jobs.put(None)
    for thread in threads:
        thread.join()


def _with_threads(step: Steps, count: int, jobs: Any) -> None:
    with threads_that_serve(step, count, jobs):
        for name in "bca":
            jobs.put(name)
    step("after")


@programs.drawn_as("∥ a\n∥ b\n∥ c\nafter")
def two_threads_of_a_queue(step: Steps) -> None:
    _with_threads(step, 2, queue.Queue())


@programs.drawn_as("b\nc\na\nafter")
def one_thread_of_a_queue(step: Steps) -> None:
    _with_threads(step, 1, queue.Queue())


@programs.drawn_as("b\nc\na\nafter")
def one_thread_of_a_simple_queue(step: Steps) -> None:
    _with_threads(step, 1, queue.SimpleQueue())


@programs.drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\n∥ c\n∥ ↳ got c\nafter")
def answers_of_two_threads(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()
    with threads_that_serve(step, 2, jobs, answers):
        for name in "bca":
            jobs.put(name)
        for _ in range(3):
            step(f"got {answers.get()}")
        step("after")


@programs.drawn_as("b\ngot b\nc\ngot c\na\ngot a\nafter")
def one_answer_after_the_other(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()
    with threads_that_serve(step, 2, jobs, answers):
        for name in "bca":
            jobs.put(name)
            step(f"got {answers.get()}")
        step("after")


@programs.drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\nafter")
async def answers_of_two_tasks(step: Steps) -> None:
    jobs: asyncio.Queue[str] = asyncio.Queue()
    answers: asyncio.Queue[str] = asyncio.Queue()

    async def serve() -> None:
        while True:
            await answers.put(await step.later(await jobs.get()))

    workers = [asyncio.create_task(serve()) for _ in range(2)]
    for name in "ba":
        await jobs.put(name)
    for _ in range(2):
        await step.later(f"got {await asyncio.wait_for(answers.get(), 10)}")
    await step.later("after")
    for worker in workers:
        worker.cancel()


@programs.drawn_as("∥ a\n∥ b\nafter both")
def both_answers(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()
    with threads_that_serve(step, 2, jobs, answers):
        jobs.put("a")
        jobs.put("b")
        answers.get()
        answers.get()
        step("after both")


@programs.drawn_as("∥ a\n∥ after one\n∥ b")
def the_first_of_two_answers(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()
    with threads_that_serve(step, 2, jobs, answers):
        jobs.put("a")
        jobs.put("b")
        answers.get()
        step("after one")


@programs.drawn_as("∥ use\n∥ use\n∥ use\nafter")
async def connections_of_a_pool(step: Steps) -> None:
    class Connection:
        """A thing that tasks lend one another."""

    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(2):
        free.put_nowait(Connection())

    async def use() -> None:
        connection = await free.get()
        await step.later("use")
        free.put_nowait(connection)

    await asyncio.gather(*(use() for _ in range(3)))
    await step.later("after")


async def _receive(step: Steps, jobs: Any) -> None:
    async with jobs:
        async for job in jobs:
            await step.later(job)


async def _with_receivers(step: Steps, count: int) -> None:
    send, receive = anyio.create_memory_object_stream[str]()
    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(_receive, step, receive.clone())
        receive.close()
        async with send:
            for name in "bca":
                await send.send(name)
    await step.later("after")


@programs.drawn_as("∥ a\n∥ b\n∥ c\nafter")
async def two_receivers_of_a_stream(step: Steps) -> None:
    await _with_receivers(step, 2)


@programs.drawn_as("b\nc\na\nafter")
async def one_receiver_of_a_stream(step: Steps) -> None:
    await _with_receivers(step, 1)


@every(programs)
def test_what_a_worker_does_with_an_item_comes_after_its_sender(program: Program, tree: str, run: Run) -> None:
    assert trees(program, run) == {tree}
