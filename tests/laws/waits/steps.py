"""Programs that are run under 200 schedules: small ones, each with the tree that it has to draw.

`TRACES_LAW_SCHEDULES=2000 pytest tests/laws` tries more schedules.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from random import Random
from typing import Any

import pytest
import uvloop

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.drawing.tree import draw_tree
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span
from pytest_traces.testing import switched_on
from tests.laws.clocks import HurriedLoop

SCHEDULES = int(os.environ.get("TRACES_LAW_SCHEDULES", "200"))
_DELAYS = (0.0, 0.0, 0.0, 0.00005, 0.0001, 0.0003)

Program = Callable[["Steps"], Any]
Run = Callable[[Program, "Steps"], Any]


class Steps:
    """Takes the steps of a program, held up at random."""

    def __init__(self, schedule: int) -> None:
        self.schedule = schedule
        self._random = Random(schedule)

    def delay(self) -> float:
        return self._random.choice(_DELAYS)

    def __call__(self, name: str) -> str:
        time.sleep(self.delay())
        with span(span_type="tool", name=name):
            time.sleep(self.delay())
        time.sleep(self.delay())
        return name

    async def later(self, name: str) -> str:
        await asyncio.sleep(self.delay())
        with span(span_type="tool", name=name):
            await asyncio.sleep(self.delay())
        await asyncio.sleep(self.delay())
        return name


def plainly(program: Program, steps: Steps) -> None:
    """Run plain code, or a coroutine in a loop of asyncio that does not wait for its timers."""
    ran = program(steps)
    if asyncio.iscoroutine(ran):
        with asyncio.Runner(loop_factory=HurriedLoop) as runner:
            runner.run(ran)


def in_uvloop(program: Program, steps: Steps) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(program(steps))


class Programs:
    """Programs of one kind, and what each of them draws."""

    def __init__(self) -> None:
        self._programs: list[tuple[Program, str]] = []

    def drawn_as(self, tree: str) -> Callable[[Program], Program]:
        """Add a program, and say what it draws."""

        def add(program: Program) -> Program:
            self._programs.append((program, tree))
            return program

        return add

    def __iter__(self) -> Iterator[Any]:
        for program, tree in self._programs:
            yield pytest.param(program, tree, plainly, id=program.__name__)
            if iscoroutinefunction(program):
                yield pytest.param(program, tree, in_uvloop, id=f"{program.__name__}-uvloop")


def every(programs: Programs) -> Any:
    """Return a decorator: a test of all programs of a kind."""
    return pytest.mark.parametrize(("program", "tree", "run"), [*programs])


@contextmanager
def switched() -> Iterator[None]:
    """Let loops and libraries of tasks tell who waits for whom."""
    with switched_on(adapter_of("uvloop")), switched_on(adapter_of("anyio")), switched_on(adapter_of("trio")):
        yield


def trees(program: Program, run: Run) -> set[str]:
    """Return all that a program draws under many schedules."""
    with switched():
        return {drawn(program, Steps(schedule), run) for schedule in range(SCHEDULES)}


def drawn(program: Program, steps: Steps, run: Run = plainly) -> str:
    """Run a program once and draw what was recorded."""
    return draw_tree(_recorded(program, steps, run), lambda one: one.name)


def begun(program: Program, steps: Steps, run: Run = plainly) -> list[str]:
    """Run a program once and name its steps in the order in which they began."""
    return [one.name for one in _recorded(program, steps, run).spans]


def _recorded(program: Program, steps: Steps, run: Run) -> SpanTree:
    recorder = Recorder("a schedule")
    with recording(recorder):
        run(program, steps)
    return harvest(recorder)


async def ended(*tasks: asyncio.Task[str]) -> None:
    """Let tasks end without waiting for them."""
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.001)
