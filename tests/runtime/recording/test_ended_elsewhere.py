"""A span that another context ends: the code of its lane goes on outside it."""

import asyncio
from contextvars import copy_context

from pytest_traces import Trace
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime import span

SOURCE = Source("framework")


def test_what_comes_after_it_is_beside_it(trace: Trace) -> None:
    with span(span_type="agent", name="agent"):
        for name in ("first", "second"):
            call = SOURCE.start(name, "llm")
            call.enter()
            copy_context().run(call.end)
        with span(span_type="tool", name="tool"):
            pass
    assert str(trace) == "agent agent\n├─ llm first\n├─ llm second\n└─ tool tool"


def test_what_was_spawned_in_it_stays_below_it(trace: Trace) -> None:
    async def late() -> None:
        await asyncio.sleep(0)
        with span(span_type="tool", name="late"):
            pass

    async def program() -> None:
        call = SOURCE.start("call", "agent")
        call.enter()
        task = asyncio.create_task(late())
        copy_context().run(call.end)
        await task

    asyncio.run(program())
    assert str(trace) == "agent call\n└─ tool late"
