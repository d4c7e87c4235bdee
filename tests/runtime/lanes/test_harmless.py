"""What goes wrong while order is observed never reaches the program: it gets what it would get without us."""

from __future__ import annotations

import asyncio
import queue
import random
import socket
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, as_completed, wait
from typing import Any

import pytest

from pytest_traces.model.lane import Lane
from pytest_traces.runtime.exchanges import channels, events, mail, queues, races
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording import evidence
from pytest_traces.runtime.recording.recorder import Recorder


class Broken(RuntimeError):
    """A defect of ours."""


def breaks(*args: Any, **options: Any) -> Any:
    raise Broken("a defect of ours")


DEFECTS: dict[str, tuple[Any, str]] = {
    "a lane hears": (Lane, "hear"),
    "a loop is looked for": (channels, "iteration"),
    "exchanges are kept, for queues": (mail, "exchanges_of"),
    "exchanges are kept, for events": (events, "exchanges_of"),
    "exchanges are kept, for races": (races, "exchanges_of"),
    "an item is put": (mail.Mail, "_channel"),
    "a queue is known": (queues, "_mail_of_slotted"),
    "a send is noted": (channels.Channel, "__init__"),
    "a take is noted": (channels.Exchanges, "take"),
    "a loop is left": (channels.Exchanges, "look"),
    "a generator is known": (evidence, "_generator"),
}


@pytest.fixture(params=DEFECTS, ids=lambda name: name.replace(" ", "-"))
def defect(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    owner, name = DEFECTS[request.param]
    monkeypatch.setattr(owner, name, breaks)
    return request.param


def threads_and_queues() -> list[Any]:
    jobs: queue.Queue[Any] = queue.Queue()
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    begun, room, gate = threading.Event(), threading.Semaphore(2), threading.Barrier(2)

    def work() -> None:
        begun.set()
        gate.wait()
        while (job := jobs.get()) is not None:
            with room:
                answers.put(job * 2)
            jobs.task_done()
        jobs.task_done()

    thread = threading.Thread(target=work)
    thread.start()
    gate.wait()
    assert begun.wait(10)
    for job in (1, 2, None):
        jobs.put(job)
    jobs.join()
    thread.join()
    begun.clear()
    return [answers.get(), answers.get(), begun.is_set()]


def pools() -> list[Any]:
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(abs, -number) for number in (1, 2)]
        told: list[int] = []
        futures[0].add_done_callback(lambda future: told.append(future.result()))
        done, _ = wait(futures, return_when=FIRST_COMPLETED)
        return [len(done) > 0, sorted(future.result() for future in as_completed(futures)), list(pool.map(abs, [-3]))]


def tasks() -> list[Any]:
    async def double(jobs: asyncio.Queue[int], answers: asyncio.Queue[int]) -> None:
        for _ in range(2):
            await answers.put(await jobs.get() * 2)
            jobs.task_done()

    async def main() -> list[Any]:
        jobs: asyncio.Queue[int] = asyncio.Queue()
        answers: asyncio.Queue[int] = asyncio.Queue()
        event, room = asyncio.Event(), asyncio.Semaphore(1)
        asyncio.get_running_loop().call_soon(event.set)
        task = asyncio.create_task(double(jobs, answers))
        task.add_done_callback(lambda _: None)
        async with asyncio.TaskGroup() as group:
            group.create_task(event.wait())
            jobs.put_nowait(1)
        await jobs.put(2)
        async with room:
            await jobs.join()
        await asyncio.wait([task], return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait_for(asyncio.gather(task, asyncio.to_thread(abs, -1)), 10)
        return [await answers.get(), answers.get_nowait()]

    return asyncio.run(main())


def randomness() -> list[Any]:
    own = random.Random(5)
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return [own.random(), own.randrange(1 << 40), len(random.choice("abc")), server.getsockname()[1] > 0]


@pytest.mark.parametrize("program", [threads_and_queues, pools, tasks, randomness])
def test_a_defect_of_ours_leaves_the_program_as_it_is(defect: str, program: Callable[[], list[Any]]) -> None:
    recorder = Recorder("a test")
    with recording(recorder):
        told = program()
    assert told == program()
    assert {trouble.partition(":")[0] for trouble in recorder.gaps.troubles} <= {"order"}


def test_a_defect_of_ours_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lane, "hear", breaks)
    recorder = Recorder("a test")
    with recording(recorder):
        threads_and_queues()
        threads_and_queues()
    assert recorder.gaps.troubles == ["order: Broken: a defect of ours"]
