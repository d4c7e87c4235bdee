"""anyio has no spans: its adapter only sees who waits for whom."""

from __future__ import annotations

from typing import Any

import anyio
import anyio.to_thread
import pytest
from anyio._backends._asyncio import AsyncIOBackend, TaskGroup

from pytest_traces.adapters.registry import adapter_of
from pytest_traces.runtime import span
from pytest_traces.testing import switched_on
from pytest_traces.trace.trace import Trace

HOOKS = ((TaskGroup, "__aenter__"), (TaskGroup, "__aexit__"), (AsyncIOBackend, "run_sync_in_worker_thread"))


def found() -> list[Any]:
    return [vars(owner)[name] for owner, name in HOOKS]


def work(name: str) -> None:
    with span(span_type="tool", name=name):
        pass


async def test_a_worker_thread_used_again_draws_its_work_in_order(trace: Trace) -> None:
    for name in ("b", "a"):
        await anyio.to_thread.run_sync(work, name)
    assert str(trace).splitlines() == ["tool b", "tool a"]


async def test_work_for_threads_of_a_group_is_side_by_side(trace: Trace) -> None:
    async with anyio.create_task_group() as group:
        for name in ("b", "a"):
            group.start_soon(anyio.to_thread.run_sync, work, name)
    work("c")
    assert str(trace).splitlines() == ["∥ tool a", "∥ tool b", "tool c"]


async def test_an_error_of_a_thread_comes_through(trace: Trace) -> None:
    def fails() -> None:
        work("a")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await anyio.to_thread.run_sync(fails)
    assert str(trace) == "tool a"


def test_anyio_is_restored_after_success() -> None:
    before = found()
    with switched_on(adapter_of("anyio")):
        assert all(now is not then for now, then in zip(found(), before, strict=True))
    assert found() == before


def test_anyio_is_restored_after_an_error() -> None:
    before = found()
    with pytest.raises(ValueError, match="mine"), switched_on(adapter_of("anyio")):
        raise ValueError("mine")
    assert found() == before


async def test_work_of_a_worker_thread_is_below_the_span_that_asks_for_it(trace: Trace) -> None:
    with span(span_type="agent", name="outer"):
        await anyio.to_thread.run_sync(work, "inside")
    assert str(trace) == "agent outer\n└─ tool inside"
