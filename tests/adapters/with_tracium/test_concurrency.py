"""Tracium's spans in tasks, threads and pools: the right parent, and groups by causality."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import tracium

from pytest_traces.runtime.recording.context import CURRENT
from pytest_traces.trace.trace import Trace

client = tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False)

GATHERED = """\
agent fetcher
├─ ∥ retrieval fetch_api
├─ ∥ retrieval fetch_cache
├─ ∥ retrieval fetch_database
└─ action merge"""


def fetch(source: str) -> None:
    with tracium.span(span_type="retrieval", name=f"fetch_{source}"):
        pass


async def fetch_async(source: str, pause: float = 0.0) -> None:
    with tracium.span(span_type="retrieval", name=f"fetch_{source}"):
        await asyncio.sleep(pause)


def merge() -> None:
    with tracium.span(span_type="action", name="merge"):
        pass


@pytest.mark.parametrize("pauses", [(0.0, 0.0, 0.0), (0.02, 0.01, 0.0), (0.0, 0.01, 0.02)])
async def test_branches_of_gather_are_a_group_and_what_follows_is_not(trace: Trace, pauses: tuple[float, ...]) -> None:
    async with client.agent_trace(agent_name="fetcher"):
        await asyncio.gather(*map(fetch_async, ("database", "api", "cache"), pauses))
        merge()
    assert str(trace) == GATHERED


async def test_the_sdk_takes_what_follows_for_a_part_of_the_group(trace: Trace) -> None:
    async with client.agent_trace(agent_name="fetcher"):
        await asyncio.gather(fetch_async("a"), fetch_async("b"))
        merge()
    groups = [span.attributes.get("parallel_group_id") for span in trace.one("fetcher").children]
    assert groups[0] is None
    assert groups[1] == groups[2] is not None


@pytest.mark.parametrize("test", ["first", "second"])
async def test_the_sdk_takes_spans_of_the_test_before_for_no_part_of_a_group(trace: Trace, test: str) -> None:
    async with client.agent_trace(agent_name="fetcher", trace_id="trace-1"):
        await fetch_async("a")
    assert "parallel_group_id" not in trace.one("fetch_a").attributes


async def test_tasks_awaited_in_turn_are_no_group(trace: Trace) -> None:
    async with client.agent_trace(agent_name="fetcher"):
        for source in ("a", "b"):
            await asyncio.create_task(fetch_async(source))
    assert str(trace) == "agent fetcher\n├─ retrieval fetch_a\n└─ retrieval fetch_b"


def in_a_pool() -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(fetch, ("database", "api", "cache")))


def in_threads(make: Callable[..., Any] = threading.Thread) -> None:
    threads = [make(target=fetch, args=[source]) for source in ("database", "api", "cache")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def in_sdk_threads() -> None:
    for thread in [tracium.run_in_thread(fetch, source) for source in ("database", "api", "cache")]:
        thread.join()


SPAWN = [in_a_pool, in_threads, in_sdk_threads, lambda: in_threads(tracium.ContextThread)]


@pytest.mark.parametrize("spawn", SPAWN)
@pytest.mark.parametrize("test", ["first", "second"])
def test_spans_in_threads_and_pools_find_their_parent(trace: Trace, spawn: Callable[[], None], test: str) -> None:
    with client.agent_trace(agent_name="fetcher"):
        spawn()
        merge()
    assert str(trace) == GATHERED


def test_pools_still_find_their_parent_when_a_test_called_init(trace: Trace) -> None:
    tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False)
    with client.agent_trace(agent_name="fetcher"):
        in_a_pool()
        merge()
    assert str(trace) == GATHERED


def test_after_spans_that_close_out_of_order_no_span_is_open(trace: Trace) -> None:
    outside = CURRENT.get()
    with client.agent_trace(agent_name="desk") as desk:
        first, second = (desk.span(span_type="tool", name=name) for name in ("first", "second"))
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        second.__exit__(None, None, None)
        merge()
    assert CURRENT.get() is outside
    assert trace.one("second").parent.name == "first"
    assert trace.one("merge").parent.name == "desk"


def test_runs_side_by_side_are_kept_apart(trace: Trace) -> None:
    async def run(name: str) -> None:
        async with client.agent_trace(agent_name=name):
            await fetch_async(name)

    async def both() -> None:
        await asyncio.gather(run("a"), run("b"))

    asyncio.run(both())
    assert [[span.name for span in run.spans] for run in trace.runs] == [["a", "fetch_a"], ["b", "fetch_b"]]
