"""Spans of OpenTelemetry, with and without a provider: tasks, pools, threads, queues, all held up at random."""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from tests.laws.frameworks.schedules import fan_out, hand_over, trees
from tests.laws.waits.steps import Steps

TRACERS = {"api": trace.get_tracer("laws"), "sdk": TracerProvider().get_tracer("laws")}
every_tracer = pytest.mark.parametrize("tracer", TRACERS.values(), ids=TRACERS)


class Spans(Steps):
    """The steps of a program, as spans of a tracer."""

    def __init__(self, steps: Steps, tracer: Any) -> None:
        self.delay = steps.delay  # type: ignore[method-assign]
        self.inside = tracer.start_as_current_span

    def __call__(self, name: str) -> str:
        time.sleep(self.delay())
        with self.inside(name):
            time.sleep(self.delay())
        return name

    async def later(self, name: str) -> str:
        await asyncio.sleep(self.delay())
        with self.inside(name):
            await asyncio.sleep(self.delay())
        return name


async def tasks(step: Spans) -> None:
    with step.inside("run"):
        with step.inside("fan"):
            await fan_out(step)
        with step.inside("hand"):
            await hand_over(step)
        await asyncio.gather(step.later("task"), asyncio.to_thread(step, "thread"))
        await step.later("last")


TASKS = """\
span run
  span fan
    span look
    ∥ span left
    ∥ span right
    span both
  span hand
    span ask
    span work
    span told
  ∥ span task
  ∥ span thread
  span last"""


def threads(step: Spans) -> None:
    jobs: queue.Queue[str] = queue.Queue()

    def serve() -> None:
        for _ in range(2):
            step(jobs.get())

    with step.inside("run"):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(step, "abc"))
        server = threading.Thread(target=contextvars.copy_context().run, args=[serve])
        server.start()
        for job in "de":
            jobs.put(job)
            step(f"asked for {job}")
        server.join()
        step("last")


THREADS = """\
span run
  ∥ span a
  ∥ span b
  ∥ span c
  then ∥ span asked for d
  ∥ span d
  ∥ ↳1 span asked for e
  ∥ ↳1,2 span e
  span last"""


@every_tracer
def test_tasks_are_side_by_side_and_what_they_hand_over_is_in_order(tracer: Any) -> None:
    assert trees(lambda step: tasks(Spans(step, tracer))) == {TASKS}


@every_tracer
def test_work_of_pools_and_threads_is_side_by_side(tracer: Any) -> None:
    assert trees(lambda step: threads(Spans(step, tracer))) == {THREADS}
