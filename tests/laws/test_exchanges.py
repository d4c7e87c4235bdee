"""What lanes hand to one another: a tree shows what had to come first, under every schedule, and nothing else.

`TRACES_LAW_SCHEDULES=200 pytest tests/laws/test_exchanges.py` tries more schedules.
"""

from __future__ import annotations

import asyncio
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from inspect import iscoroutinefunction
from random import Random
from typing import Any

import anyio.from_thread
import pytest
import uvloop

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.drawing.tree import draw_tree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span
from pytest_traces.testing import switched_on

SCHEDULES = int(os.environ.get("TRACES_LAW_SCHEDULES", "12"))
_DELAYS = (0.0, 0.0, 0.0, 0.0001, 0.0006, 0.002)

Program = Callable[["Steps"], Any]
PROGRAMS: dict[str, tuple[Program, str]] = {}


def drawn_as(tree: str) -> Callable[[Program], Program]:
    """Add a program, and say what it draws: branches with commas between their steps, one line each."""

    def add(program: Program) -> Program:
        PROGRAMS[program.__name__] = (program, tree)
        return program

    return add


class Steps:
    """Takes the steps of a program, held up at random."""

    def __init__(self, schedule: int) -> None:
        self._random = Random(schedule)

    def __call__(self, name: str) -> str:
        time.sleep(self._random.choice(_DELAYS))
        with span(span_type="tool", name=name):
            time.sleep(self._random.choice(_DELAYS))
        time.sleep(self._random.choice(_DELAYS))
        return name

    async def later(self, name: str) -> str:
        await asyncio.sleep(self._random.choice(_DELAYS))
        with span(span_type="tool", name=name):
            await asyncio.sleep(self._random.choice(_DELAYS))
        await asyncio.sleep(self._random.choice(_DELAYS))
        return name


def drawn(program: Program, schedule: int, loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None) -> str:
    recorder = Recorder("a schedule")
    with recording(recorder):
        ran = program(Steps(schedule))
        if asyncio.iscoroutine(ran):
            with asyncio.Runner(loop_factory=loop_factory) as runner:
                runner.run(ran)
    return draw_tree(harvest(recorder), lambda one: one.name)


# Plain code that waits for a loop.


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


@drawn_as("a\nb")
def requests_through_a_portal(step: Steps) -> None:
    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(step.later, "a")
        portal.call(step.later, "b")


@drawn_as("∥ a\n∥ b\nc")
def requests_at_once_through_a_portal(step: Steps) -> None:
    with anyio.from_thread.start_blocking_portal() as portal:
        started = [portal.start_task_soon(step.later, name) for name in "ab"]
        for one in started:
            one.result()
        step("c")


@drawn_as("a\nb")
def requests_to_a_loop_in_a_thread(step: Steps) -> None:
    with a_loop_in_a_thread() as loop:
        asyncio.run_coroutine_threadsafe(step.later("a"), loop).result()
        asyncio.run_coroutine_threadsafe(step.later("b"), loop).result()


@drawn_as("∥ a\n∥ b\nc")
def loops_in_threads(step: Steps) -> None:
    threads = [threading.Thread(target=lambda name=name: asyncio.run(step.later(name))) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    step("c")


async def _end(*tasks: asyncio.Task[str]) -> None:
    """Let tasks end without waiting for them."""
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.001)


@drawn_as("∥ a\n∥ b")
async def fire_and_forget(step: Steps) -> None:
    task = asyncio.create_task(step.later("a"))
    await asyncio.sleep(0.001)
    await step.later("b")
    await _end(task)


# Queues.


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


@drawn_as("∥ a\n∥ b\n∥ c\nafter")
async def two_workers_of_a_queue(step: Steps) -> None:
    await _with_workers(step, 2)


@drawn_as("b\nc\na\nafter")
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


@drawn_as("∥ a\n∥ b\n∥ c\nafter")
def two_threads_of_a_queue(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    with threads_that_serve(step, 2, jobs):
        for name in "bca":
            jobs.put(name)
    step("after")


@drawn_as("b\nc\na\nafter")
def one_thread_of_a_queue(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    with threads_that_serve(step, 1, jobs):
        for name in "bca":
            jobs.put(name)
    step("after")


@drawn_as("b\nc\na\nafter")
def one_thread_of_a_simple_queue(step: Steps) -> None:
    jobs: Any = queue.SimpleQueue()
    with threads_that_serve(step, 1, jobs):
        for name in "bca":
            jobs.put(name)
    step("after")


@drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\n∥ c\n∥ ↳ got c\nafter")
def answers_of_two_threads(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()
    with threads_that_serve(step, 2, jobs, answers):
        for name in "bca":
            jobs.put(name)
        for _ in range(3):
            step(f"got {answers.get()}")
        step("after")


@drawn_as("b\ngot b\nc\ngot c\na\ngot a\nafter")
def one_answer_after_the_other(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()
    with threads_that_serve(step, 2, jobs, answers):
        for name in "bca":
            jobs.put(name)
            step(f"got {answers.get()}")
        step("after")


@drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\nafter")
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


@drawn_as("∥ a\n∥ b\nafter both")
def both_answers(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()
    with threads_that_serve(step, 2, jobs, answers):
        jobs.put("a")
        jobs.put("b")
        answers.get()
        answers.get()
        step("after both")


@drawn_as("∥ a\n∥ after one\n∥ b")
def the_first_of_two_answers(step: Steps) -> None:
    jobs: queue.Queue[str | None] = queue.Queue()
    answers: queue.Queue[str] = queue.Queue()
    with threads_that_serve(step, 2, jobs, answers):
        jobs.put("a")
        jobs.put("b")
        answers.get()
        step("after one")


@drawn_as("∥ use\n∥ use\n∥ use\nafter")
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


# Whichever is first.


@drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\n∥ c\n∥ ↳ got c\nafter")
async def tasks_as_completed(step: Steps) -> None:
    for one in asyncio.as_completed([step.later(name) for name in "bca"]):
        await step.later(f"got {await one}")
    await step.later("after")


@drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\n∥ c\n∥ ↳ got c\nafter")
def futures_as_completed(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        for one in as_completed([pool.submit(step, name) for name in "bca"]):
            step(f"got {one.result()}")
        step("after")


@drawn_as("∥ a\n∥ b\nafter")
def as_completed_without_results(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        for _ in as_completed([pool.submit(step, name) for name in "ba"]):
            pass
        step("after")


@drawn_as("∥ a\n∥ ↳ got a\n∥ b\n∥ ↳ got b\n∥ c\n∥ ↳ got c\nafter")
async def the_first_until_none_is_left(step: Steps) -> None:
    pending = {asyncio.create_task(step.later(name)) for name in "bca"}
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            await step.later(f"got {one.result()}")
    await step.later("after")


@drawn_as("∥ a\n∥ after one\n∥ b")
async def the_first_only(step: Steps) -> None:
    tasks = {asyncio.create_task(step.later(name)) for name in "ba"}
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    done.pop().result()
    await step.later("after one")
    await _end(*tasks)


@drawn_as("∥ a\n∥ b\nafter both")
async def the_first_and_then_the_other(step: Steps) -> None:
    tasks = {asyncio.create_task(step.later(name)) for name in "ba"}
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.gather(*done, *pending)
    await step.later("after both")


@drawn_as("∥ a\n∥ after one\n∥ b")
def the_first_future_only(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        done, _ = wait([pool.submit(step, name) for name in "ba"], return_when=FIRST_COMPLETED)
        done.pop().result()
        step("after one")


@drawn_as("∥ a\n∥ b\nafter")
def all_futures(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        wait([pool.submit(step, name) for name in "ba"])
        step("after")


# Callbacks.


@drawn_as("a\ncalled back\nafter")
async def a_callback_of_a_task(step: Steps) -> None:
    task = asyncio.create_task(step.later("a"))
    task.add_done_callback(lambda _: step("called back") and None)
    await task
    await step.later("after")


@drawn_as("a\n∥ after\n∥ called back\nat the end")
def a_callback_of_a_future(step: Steps) -> None:
    with ThreadPoolExecutor() as pool:
        future = pool.submit(step, "a")
        future.add_done_callback(lambda _: step("called back") and None)
        future.result()
        step("after")
    step("at the end")


@drawn_as("before\n∥ after\n∥ called\nat the end")
def a_call_soon(step: Steps) -> None:
    async def program() -> None:
        step("before")
        asyncio.get_running_loop().call_soon(step, "called")
        await step.later("after")

    asyncio.run(program())
    step("at the end")


@drawn_as("called\nafter")
async def a_call_later_that_sets_an_event(step: Steps) -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0.001, lambda: (step("called"), done.set()))
    await done.wait()
    await step.later("after")


@drawn_as("called\nafter")
async def a_callback_that_sets_a_future(step: Steps) -> None:
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(0.001, lambda: future.set_result(step("called")))
    await future
    await step.later("after")


@drawn_as("called\nafter")
def a_timer_in_a_thread(step: Steps) -> None:
    timer = threading.Timer(0.001, step, ["called"])
    timer.start()
    timer.join()
    step("after")


# Signals.


@drawn_as("before\n∥ a\n∥ b\nafter")
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


@drawn_as("∥ a\n∥ b\n∥ c")
def an_event_of_two_setters(step: Steps) -> None:
    go = threading.Event()
    threads = [threading.Thread(target=lambda name=name: (step(name), go.set())) for name in "ab"]
    for thread in threads:
        thread.start()
    go.wait()
    step("c")
    for thread in threads:
        thread.join()


@drawn_as("a\nb\nc")
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


@drawn_as("∥ a1\n∥ b1\nthen ∥ a2\n∥ b2")
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


@drawn_as("∥ a\n∥ b\nafter")
async def a_semaphore_that_counts(step: Steps) -> None:
    done = asyncio.Semaphore(0)

    async def works(name: str) -> None:
        await step.later(name)
        done.release()

    tasks = [asyncio.create_task(works(name)) for name in "ba"]
    for _ in tasks:
        await done.acquire()
    await step.later("after")


@drawn_as("∥ a\n∥ b\n∥ c\nafter")
async def a_semaphore_that_limits(step: Steps) -> None:
    limit = asyncio.Semaphore(1)

    async def works(name: str) -> None:
        async with limit:
            await step.later(name)

    await asyncio.gather(*(works(name) for name in "bca"))
    await step.later("after")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_tree_shows_what_had_to_come_first(name: str) -> None:
    program, tree = PROGRAMS[name]
    assert {drawn(program, schedule) for schedule in range(SCHEDULES)} == {tree}


@pytest.mark.parametrize("name", [name for name, (program, _) in PROGRAMS.items() if iscoroutinefunction(program)])
def test_uvloop_draws_the_same(name: str) -> None:
    program, tree = PROGRAMS[name]
    with switched_on(adapter_of("uvloop")):
        assert {drawn(program, schedule, uvloop.new_event_loop) for schedule in range(SCHEDULES)} == {tree}
