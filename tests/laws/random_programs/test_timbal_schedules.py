"""The same law for a framework that spawns work: Timbal's parallel tools, held up at random."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

import pytest
from timbal import Agent, Tool, Workflow
from timbal.core.test_model import TestModel

from pytest_traces.runtime.harvest.tree import harvest
from pytest_traces.runtime.lanes.session import recording
from pytest_traces.runtime.recording.recorder import Recorder
from pytest_traces.trace.trace import Trace
from tests.adapters.with_timbal.models import tool_calls

SCHEDULES = range(15)


def drawn(schedule: int) -> str:
    random = Random(schedule)
    recorder = Recorder("a schedule")
    with recording(recorder):
        asyncio.run(_ask(random))
    return Trace(harvest(recorder)).span_tree()


async def _ask(random: Random) -> None:
    def delay() -> float:
        return random.choice((0.0, 0.0, 0.001, 0.003))

    async def geocode(city: str) -> str:
        await asyncio.sleep(delay())
        return city.upper()

    def get_time(zone: str) -> str:
        time.sleep(delay())
        return zone

    async def report(topic: str) -> str:
        await asyncio.sleep(delay())
        parts = Workflow(name="parts")
        for name, before in (("left", ()), ("right", ()), ("both", ("left", "right"))):
            parts.step(Tool(name=name, handler=_waits(delay)), depends_on=list(before))
        await parts().collect()
        return topic

    model = TestModel(
        responses=[
            tool_calls(("geocode", {"city": "Paris"}), ("get_time", {"zone": "CET"}), ("geocode", {"city": "Rome"})),
            tool_calls(("report", {"topic": "sun"}), ("report", {"topic": "rain"}), ("get_time", {"zone": "UTC"})),
            "Done.",
        ]
    )
    await Agent(name="weather", model=model, tools=[geocode, get_time, report])(prompt="umbrella?").collect()


def _waits(delay: Callable[[], float]) -> Callable[[], Coroutine[Any, Any, int]]:
    async def wait() -> int:
        await asyncio.sleep(delay())
        return 1

    return wait


TREE = """\
agent weather
├─ llm llm
├─ ∥ tool geocode {"city": "Paris"} → "PARIS"
├─ ∥ tool geocode {"city": "Rome"} → "ROME"
├─ ∥ tool get_time {"zone": "CET"} → "CET"
├─ llm llm
├─ ∥ tool get_time {"zone": "UTC"} → "UTC"
├─ ∥ tool report {"topic": "rain"} → "rain"
│  └─ workflow parts
│     ├─ ∥ tool left {} → 1
│     ├─ ∥ tool right {} → 1
│     └─ tool both {} → 1
├─ ∥ tool report {"topic": "sun"} → "sun"
│  └─ workflow parts
│     ├─ ∥ tool left {} → 1
│     ├─ ∥ tool right {} → 1
│     └─ tool both {} → 1
└─ llm llm"""


@pytest.mark.filterwarnings("ignore")
def test_parallel_tools_draw_one_tree_however_long_they_take() -> None:
    assert {drawn(schedule) for schedule in SCHEDULES} == {TREE}
