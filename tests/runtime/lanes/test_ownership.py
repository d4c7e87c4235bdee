"""A unit of work belongs to the test that submitted it, whichever thread, pool, loop or queue runs it."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span


def step(name: str) -> None:
    with span(span_type="tool", name=name):
        pass


@contextmanager
def a_test() -> Iterator[Recorder]:
    with recording(Recorder("a test")) as recorder:
        yield recorder


def names(recorder: Recorder) -> list[str]:
    return [record.name for record in recorder.records]


Submit = Callable[[str], Any]
"""Hands a step to something long-lived and waits until it ran."""


def serve(jobs: Any, answers: Any) -> None:
    while (job := jobs.get()) is not None:
        step(job)
        answers.put(job)


@contextmanager
def a_worker_thread(kind: Callable[[], Any]) -> Iterator[Submit]:
    jobs, answers = kind(), kind()
    thread = threading.Thread(target=serve, args=(jobs, answers))
    thread.start()

    def submit(job: str) -> None:
        jobs.put(job)
        answers.get(timeout=10)

    yield submit
    jobs.put(None)
    thread.join()


@contextmanager
def a_pool() -> Iterator[Submit]:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(step, "started").result()
        yield lambda job: pool.submit(step, job).result()


@contextmanager
def a_callback_of_a_pool() -> Iterator[Submit]:
    with ThreadPoolExecutor(1) as pool:

        def submit(job: str) -> None:
            done, go = threading.Event(), threading.Event()
            future: Future[Any] = pool.submit(go.wait, 10)
            future.add_done_callback(lambda _: step(job))
            future.add_done_callback(lambda _: done.set())
            go.set()
            assert done.wait(10)

        submit("started")
        yield submit


@contextmanager
def a_loop_in_a_thread() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def later(job: str) -> None:
    await asyncio.sleep(0)
    step(job)


@contextmanager
def a_coroutine_of_a_loop() -> Iterator[Submit]:
    with a_loop_in_a_thread() as loop:
        yield lambda job: asyncio.run_coroutine_threadsafe(later(job), loop).result(10)


def _from_a_thread(submit: Submit, job: str) -> None:
    thread = threading.Thread(target=submit, args=(job,))
    thread.start()
    thread.join()


@contextmanager
def a_coroutine_from_a_thread_without_a_context() -> Iterator[Submit]:
    with a_coroutine_of_a_loop() as submit:
        yield partial(_from_a_thread, submit)


@contextmanager
def a_callback_of_a_loop() -> Iterator[Submit]:
    with a_loop_in_a_thread() as loop:

        def submit(job: str) -> None:
            done = threading.Event()
            loop.call_soon_threadsafe(lambda: (step(job), done.set()))
            assert done.wait(10)

        yield partial(_from_a_thread, submit)


@contextmanager
def a_timer_of_a_loop() -> Iterator[Submit]:
    with a_loop_in_a_thread() as loop:

        def submit(job: str) -> None:
            done = threading.Event()
            loop.call_soon_threadsafe(loop.call_later, 0.001, lambda: (step(job), done.set()))
            assert done.wait(10)

        yield submit


@contextmanager
def an_asyncio_worker(wait: Callable[[asyncio.Queue[Any]], Any]) -> Iterator[Submit]:
    with a_loop_in_a_thread() as loop:
        jobs: asyncio.Queue[Any] = asyncio.Queue()

        async def serve() -> None:
            while (job := await wait(jobs)) is not None:
                step(job[0])
                job[1].set()

        def submit(job: str) -> None:
            done = threading.Event()
            loop.call_soon_threadsafe(jobs.put_nowait, (job, done))
            assert done.wait(10)

        worker = asyncio.run_coroutine_threadsafe(serve(), loop)
        yield submit
        loop.call_soon_threadsafe(jobs.put_nowait, None)
        worker.result(10)


async def _either(jobs: asyncio.Queue[Any]) -> Any:
    done, _ = await asyncio.wait([asyncio.create_task(jobs.get())], return_when="FIRST_COMPLETED")
    return done.pop().result()


WORKERS = {
    "queue": partial(a_worker_thread, queue.Queue),
    "stack": partial(a_worker_thread, queue.LifoQueue),
    "simple queue": partial(a_worker_thread, lambda: queue.SimpleQueue()),
    "pool": a_pool,
    "callback of a pool": a_callback_of_a_pool,
    "coroutine": a_coroutine_of_a_loop,
    "coroutine from a thread": a_coroutine_from_a_thread_without_a_context,
    "callback of a loop": a_callback_of_a_loop,
    "timer of a loop": a_timer_of_a_loop,
    "asyncio queue": partial(an_asyncio_worker, lambda jobs: jobs.get()),
    "asyncio queue with a timeout": partial(an_asyncio_worker, lambda jobs: asyncio.wait_for(jobs.get(), 10)),
    "asyncio queue in a task": partial(an_asyncio_worker, _either),
}


@pytest.mark.parametrize("worker", WORKERS.values(), ids=WORKERS)
def test_work_that_a_test_submits_to_an_old_worker_is_its_own(worker: Callable[[], Any]) -> None:
    with a_test() as first:
        opened = worker()
        submit = opened.__enter__()
        submit("first")
    with a_test() as second:
        submit("second")
        submit("second again")
    with a_test() as third:
        submit("third")
        opened.__exit__(None, None, None)
    assert [names(one)[-2:] for one in (first, second, third)][1:] == [["second", "second again"], ["third"]]
    assert names(first)[-1] == "first"
    assert [[*one.gaps.late, *one.gaps.strays] for one in (first, second, third)] == [[], [], []]
