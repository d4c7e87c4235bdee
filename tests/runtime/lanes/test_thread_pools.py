"""Pools of threads of `multiprocessing`: each call is a branch, and belongs to the test that submitted it."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing.pool import ThreadPool
from typing import Any

import pytest

import pytest_traces
from pytest_traces.runtime import agent_trace, trace_tool
from pytest_traces.trace.trace import Trace


@trace_tool
def look_up(city: str) -> str:
    return ship(city)


@trace_tool
def ship(city: str) -> str:
    return city


WAYS: dict[str, Callable[[ThreadPool], Any]] = {
    "map": lambda pool: pool.map(look_up, ["Oslo", "Rome"]),
    "starmap": lambda pool: pool.starmap(look_up, [("Oslo",), ("Rome",)]),
    "map_async": lambda pool: pool.map_async(look_up, ["Oslo", "Rome"]).get(),
    "apply_async": lambda pool: [one.get() for one in [pool.apply_async(look_up, (c,)) for c in ("Oslo", "Rome")]],
}
TREE = """\
agent desk
├─ ∥ tool look_up
│  └─ tool ship
├─ ∥ tool look_up
│  └─ tool ship
└─ tool ship"""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("workers", [1, 2])
def test_calls_are_side_by_side_and_before_what_follows_their_results(trace: Trace, way: str, workers: int) -> None:
    with ThreadPool(workers) as pool, agent_trace(agent_name="desk"):
        assert WAYS[way](pool) == ["Oslo", "Rome"]
        ship("Bern")
    assert str(trace) == TREE


def test_calls_that_are_iterated_are_below_the_span_that_asked_for_them(trace: Trace) -> None:
    with ThreadPool(2) as pool, agent_trace(agent_name="desk"):
        assert sorted(pool.imap_unordered(look_up, ["Oslo", "Rome"])) == ["Oslo", "Rome"]
        assert list(pool.imap(look_up, ["Oslo"])) == ["Oslo"]
    assert trace.one("desk").children.names.count("look_up") == 3


def test_work_of_a_pool_that_outlives_a_recording_belongs_to_the_one_that_submits_it() -> None:
    with pytest_traces.record() as first:
        pool = ThreadPool(1)
        pool.apply(ship, ("Oslo",))
    with pytest_traces.record() as second:
        pool.apply(ship, ("Rome",))
    pool.terminate()
    assert [trace.one("ship").input for trace in (first, second)] == [{"city": "Oslo"}, {"city": "Rome"}]
    assert first.late == ()
