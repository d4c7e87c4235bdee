"""Runs a made-up program under a schedule: random delays, some of them none, wherever code can be held up."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import anyio
import anyio.to_thread

from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.runtime.tracing.spans import span
from tests.laws.clocks import HurriedLoop
from tests.laws.random_programs.programs import Act, Call, Fork, Loop, Series

_DELAYS = (0.0, 0.0, 0.0, 0.0, 0.0001, 0.0006)


def record(program: Series, schedule: int) -> SpanTree:
    """Run a program once and return what was recorded."""
    recorder = Recorder("a schedule")
    with recording(recorder):
        _Run(Random(schedule)).plain(program)
    return harvest(recorder)


class _Run:
    def __init__(self, random: Random) -> None:
        self._random = random

    def _delay(self) -> float:
        return self._random.choice(_DELAYS)

    def plain(self, series: Series) -> None:
        for item in series:
            time.sleep(self._delay())
            if isinstance(item, Call):
                with span(span_type=item.type, name=item.name, input=item.input):
                    self.plain(item.below)
                    time.sleep(self._delay())
            elif isinstance(item, Loop):
                with asyncio.Runner(loop_factory=HurriedLoop) as runner:
                    runner.run(self.loop(item.below))
            else:
                self._fork(item)

    async def loop(self, series: Series) -> None:
        for item in series:
            await asyncio.sleep(self._delay())
            if isinstance(item, Call):
                with span(span_type=item.type, name=item.name, input=item.input):
                    await self.loop(item.below)
                    await asyncio.sleep(self._delay())
            else:
                assert isinstance(item, Fork)
                await getattr(self, f"_{item.way}")(item)

    # Plain code.

    def _fork(self, fork: Fork) -> None:
        if fork.way in ("threads", "carried"):
            self._threads(fork)
            return
        with ThreadPoolExecutor(2) as pool:
            if fork.way == "map":
                list(pool.map(self.plain, fork.branches))
                return
            futures = {}
            for act in fork.acts:
                if act.act == "spawn":
                    futures[act.branch] = pool.submit(self.plain, fork.branches[act.branch])
                elif act.act == "call":
                    self.plain(_called(act))
                elif fork.way == "pool":
                    futures[act.branch].result()

    def _threads(self, fork: Fork) -> None:
        threads = {}
        for act in fork.acts:
            if act.act == "spawn":
                carry = (contextvars.copy_context().run,) if fork.way == "carried" else ()
                work, *given = [*carry, self.plain, fork.branches[act.branch]]
                threads[act.branch] = threading.Thread(target=work, args=given)
                threads[act.branch].start()
            elif act.act == "call":
                self.plain(_called(act))
            else:
                threads[act.branch].join()

    # Code in a loop.

    async def _acts(self, fork: Fork, spawn: Callable[[int], Awaitable[Any] | None]) -> None:
        spawned: dict[int, Awaitable[Any] | None] = {}
        for act in fork.acts:
            if act.act == "spawn":
                spawned[act.branch] = spawn(act.branch)
            elif act.act == "call":
                await self.loop(_called(act))
            else:
                awaited = spawned[act.branch]
                if awaited is not None:
                    await awaited

    def _branch(self, fork: Fork, index: int) -> Coroutine[Any, Any, None]:
        return self.loop(fork.branches[index])

    async def _gather(self, fork: Fork) -> None:
        await asyncio.gather(*(self.loop(branch) for branch in fork.branches))

    async def _wait(self, fork: Fork) -> None:
        await asyncio.wait([asyncio.create_task(self.loop(branch)) for branch in fork.branches])

    async def _tasks(self, fork: Fork) -> None:
        await self._acts(fork, lambda index: asyncio.create_task(self._branch(fork, index)))

    async def _context(self, fork: Fork) -> None:
        await self._acts(
            fork, lambda index: asyncio.create_task(self._branch(fork, index), context=contextvars.copy_context())
        )

    async def _group(self, fork: Fork) -> None:
        async with asyncio.TaskGroup() as group:
            await self._acts(fork, lambda index: self._spawned(group.create_task(self._branch(fork, index))))

    async def _to_thread(self, fork: Fork) -> None:
        await self._acts(fork, lambda index: asyncio.create_task(asyncio.to_thread(self.plain, fork.branches[index])))

    async def _executor(self, fork: Fork) -> None:
        loop = asyncio.get_running_loop()
        await self._acts(fork, lambda index: loop.run_in_executor(None, self.plain, fork.branches[index]))

    async def _anyio(self, fork: Fork) -> None:
        async with anyio.create_task_group() as group:
            await self._acts(fork, lambda index: self._spawned(group.start_soon(self._branch, fork, index)))

    async def _anyio_thread(self, fork: Fork) -> None:
        async with anyio.create_task_group() as group:
            await self._acts(
                fork,
                lambda index: self._spawned(
                    group.start_soon(anyio.to_thread.run_sync, self.plain, fork.branches[index])
                ),
            )

    def _spawned(self, _: object) -> None:
        """Whatever a group spawns is waited for when the group ends."""


def _called(act: Act) -> Series:
    assert act.call is not None
    return (act.call,)
