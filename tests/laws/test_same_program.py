"""A program that is recorded does what it does unrecorded, and each of its calls is in the trace, wherever it ran."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import gc
import inspect
import queue
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import MagicMock

import pytest

from pytest_traces.runtime import trace_tool
from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from tests.laws.odd_values import ODD

PROGRAMS: list[tuple[Callable[[], Any], list[str]]] = []


def calls(*names: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Note which calls of tools a program makes."""

    def note(program: Callable[[], Any]) -> Callable[[], Any]:
        PROGRAMS.append((program, sorted(names)))
        return program

    return note


@trace_tool
def plain(value: Any = 1) -> Any:
    return value


@trace_tool
async def later(value: Any = 1) -> Any:
    await asyncio.sleep(0)
    return value


@trace_tool
def pieces(count: int) -> Any:
    got = yield 0
    yield from range(1, count)
    return got


@trace_tool
async def pieces_later(count: int) -> Any:
    for number in range(count):
        await asyncio.sleep(0)
        yield number


@trace_tool
def fails() -> None:
    raise ValueError("no")


@calls("plain", "plain", "plain")
def in_threads() -> Any:
    told: list[int] = []
    thread = threading.Thread(target=lambda: told.append(plain(1)))
    timer = threading.Timer(0, lambda: told.append(plain(2)))
    for one in (thread, timer):
        one.start()
        one.join()
    return told, contextvars.copy_context().run(plain, 3)


@calls("plain", "plain", "plain", "plain")
def in_a_pool_and_its_callback() -> Any:
    told: list[int] = []
    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(plain, [1, 2, 3]))
        pool.submit(abs, -1).add_done_callback(lambda _: told.append(plain(4)))
    return found, told


@calls("plain", "plain")
def from_a_queue() -> Any:
    jobs: queue.Queue[Any] = queue.Queue()
    told: list[int] = []

    def work() -> None:
        while (job := jobs.get()) is not None:
            told.append(plain(job))

    thread = threading.Thread(target=work)
    thread.start()
    for job in (1, 2, None):
        jobs.put(job)
    thread.join()
    return told


@calls("later", "later", "later", "plain", "plain")
def in_tasks() -> Any:
    async def main() -> Any:
        loop = asyncio.get_running_loop()
        over = loop.create_future()
        loop.call_later(0, lambda: over.set_result(plain(1)))
        async with asyncio.TaskGroup() as group:
            task = group.create_task(later(2))
        return await over, task.result(), await asyncio.gather(later(3), later(4), asyncio.to_thread(plain, 5))

    return asyncio.run(main())


@calls()
def of_callbacks_that_read_variables() -> Any:
    """A callback sees the variables of the code that adds it, not those of the code that sets the future."""
    told: list[str] = []
    variable = contextvars.ContextVar("variable", default="none")

    async def work() -> None:
        variable.set("of the task")

    async def main() -> None:
        variable.set("of the adder")
        task, future = asyncio.create_task(work()), asyncio.get_running_loop().create_future()
        for one in (task, future):
            one.add_done_callback(lambda _: told.append(variable.get()))
        variable.set("of the setter")
        future.set_result(None)
        await task
        await asyncio.sleep(0)

    asyncio.run(main())
    return sorted(told)


@calls("later")
def in_a_loop_of_a_thread() -> Any:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        return asyncio.run_coroutine_threadsafe(later(7), loop).result(10)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@calls("hangs")
def under_a_timeout() -> Any:
    @trace_tool
    async def hangs() -> None:
        await asyncio.Event().wait()

    async def main() -> str:
        try:
            await asyncio.wait_for(hangs(), 0.01)
        except TimeoutError:
            return "too late"
        return "in time"

    return asyncio.run(main())


@calls("pieces", "pieces", "pieces")
def of_generators() -> Any:
    whole, cut, sent = pieces(3), pieces(3), pieces(1)
    next(sent)
    with pytest.raises(StopIteration) as stopped:
        sent.send("stop")
    told = list(whole), next(cut), stopped.value.value, inspect.isgenerator(cut)
    cut.close()
    return told, inspect.isgeneratorfunction(pieces)


@calls("pieces_later", "pieces_later")
def of_async_generators() -> Any:
    async def main() -> Any:
        cut = pieces_later(3)
        told = await anext(cut), inspect.isasyncgen(cut)
        await cut.aclose()
        return told, [piece async for piece in pieces_later(3)]

    return asyncio.run(main()), inspect.isasyncgenfunction(pieces_later), inspect.iscoroutinefunction(later)


@calls("fails", "fails", "fails")
def that_fail() -> Any:
    told: list[Any] = []

    async def failing() -> None:
        fails()

    async def main() -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(failing())

    try:
        fails()
    except ValueError as error:
        told.append((str(error), getattr(error, "__notes__", [])))
    try:
        asyncio.run(main())
    except* ValueError as group:
        told.append(len(group.exceptions))
    return told


@calls("plain", "of", "near", "fall", "fall", "fall")
def of_all_kinds_of_functions() -> Any:
    class Desk:
        @trace_tool
        def of(self, value: int) -> int:
            return value

        @trace_tool
        @classmethod
        def near(cls, value: int) -> int:
            return value

    @trace_tool
    def fall(number: int) -> int:
        return 1 if number < 2 else number * fall(number - 1)

    return functools.partial(plain, 9)(), Desk().of(1), Desk.near(2), fall(3)


@calls("plain", "plain", "plain", "plain")
def of_values_that_are_used_up_or_watched() -> Any:
    mock, pieces_left = MagicMock(), iter([1, 2])
    changed: dict[str, Any] = {"items": [1]}
    weak = weakref.ref(plain(type("Thing", (), {})()))
    plain(mock)
    plain(pieces_left)
    plain(changed)["items"].append(2)
    gc.collect()
    return mock.mock_calls, list(pieces_left), changed, weak() is None


@pytest.mark.parametrize(("program", "names"), PROGRAMS, ids=[program.__name__ for program, _ in PROGRAMS])
def test_a_recorded_program_is_the_same_and_whole(program: Callable[[], Any], names: list[str]) -> None:
    recorder = Recorder("a test")
    unrecorded = program()
    with recording(recorder):
        recorded = program()
    tree = harvest(recorder)
    assert recorded == unrecorded
    assert sorted(span.name for span in tree.spans) == names
    assert [span.name for span in tree.spans if span.t1 is None] == []
    assert recorder.gaps.troubles == []


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_a_value_goes_through_as_it_is_whatever_it_does_when_it_is_touched(make: Callable[[], Any]) -> None:
    value, recorder = make(), Recorder("a test")
    with recording(recorder):
        assert plain(value) is value
    [span] = harvest(recorder).spans
    assert (span.status, recorder.gaps.troubles, getattr(type(value), "touched", [])) == ("success", [], [])
