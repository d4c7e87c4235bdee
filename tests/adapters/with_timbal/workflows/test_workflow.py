"""Workflows: what ran side by side, what waited for what, what never ran."""

import asyncio
from typing import Any

import pytest
from timbal import Tool, Workflow
from timbal.state import get_run_context

from pytest_traces.errors import Mismatch
from pytest_traces.model.event import Event
from pytest_traces.trace.trace import Trace
from tests.waits import cut_off


def step(name: str, handler: Any = None, *, seconds: float = 0.0) -> Tool:
    async def wait() -> float:
        await asyncio.sleep(seconds)
        return seconds

    return Tool(name=name, handler=handler or wait)


def skipped(trace: Trace) -> list[Event]:
    return [event for event in trace.events if event.type == "skipped"]


async def test_steps_of_a_chain_follow_one_another(trace: Trace) -> None:
    flow = Workflow(name="flow").step(step("a")).step(step("b"), depends_on=["a"]).step(step("c"), depends_on=["b"])
    await flow().collect()
    assert str(trace).splitlines() == ["workflow flow", "├─ tool a", "├─ tool b", "└─ tool c"]


@pytest.mark.parametrize(("left", "right"), [(0.0, 0.02), (0.02, 0.0)])
async def test_a_fork_is_drawn_as_one_and_a_join_after_it_however_long_the_branches_take(
    trace: Trace, left: float, right: float
) -> None:
    flow = (
        Workflow(name="flow")
        .step(step("load"))
        .step(step("left", seconds=left), depends_on=["load"])
        .step(step("right", seconds=right), depends_on=["load"])
        .step(step("total"), depends_on=["left", "right"])
    )
    await flow().collect()
    assert str(trace).splitlines() == [
        "workflow flow",
        "├─ tool load",
        "├─ ∥ tool left",
        "├─ ∥ tool right",
        "└─ tool total",
    ]


async def test_an_output_a_step_reads_is_an_edge_too(trace: Trace) -> None:
    def double(x: int) -> int:
        return 2 * x

    flow = (
        Workflow(name="flow")
        .step(step("load", lambda: 3))
        .step(step("other"))
        .step(step("double", double), x=lambda: get_run_context().step_span("load").output)
    )
    await flow().collect()
    assert trace.one("double").output == 6
    stamp, load = trace.one("double").stamp, trace.one("load").call_id
    assert stamp is not None
    assert stamp.after == {load}


async def test_a_skipped_step_is_told_by_the_workflow(trace: Trace) -> None:
    flow = (
        Workflow(name="flow")
        .step(step("load"))
        .step(step("fix"), when=lambda: False, depends_on=["load"])
        .step(step("save"), depends_on=["load"])
    )
    await flow().collect()
    assert trace.one("flow").children.names == ["load", "save"]
    [event] = skipped(trace)
    assert (event.path, event.payload) == ("flow", {"steps": ["fix"]})


async def test_a_skipped_step_can_be_forbidden_and_expected(trace: Trace) -> None:
    flow = Workflow(name="flow").step(step("load")).step(step("fix"), when=lambda: False, depends_on=["load"])
    await flow().collect()
    trace.assert_skipped("fix")
    with pytest.raises(Mismatch, match="expected no step to be skipped, found 'fix'"):
        trace.assert_no_skips()
    with pytest.raises(Mismatch, match="expected 'load' to be skipped, found 'fix'"):
        trace.assert_skipped("load")


async def test_a_workflow_whose_steps_all_ran_skipped_nothing(trace: Trace) -> None:
    await Workflow(name="flow").step(step("load")).step(step("save"), depends_on=["load"])().collect()
    trace.assert_no_skips()
    with pytest.raises(Mismatch, match="expected 'save' to be skipped, found none"):
        trace.assert_skipped("save")


async def test_what_waited_for_a_skipped_step_waited_for_what_came_before_it(trace: Trace) -> None:
    flow = (
        Workflow(name="flow")
        .step(step("load"))
        .step(step("fix"), when=lambda: False, depends_on=["load"])
        .step(step("beside"))
        .step(step("save"), depends_on=["fix"])
    )
    await flow().collect()
    stamp = trace.one("save").stamp
    assert stamp is not None
    assert stamp.after == {trace.one("load").call_id}


async def test_steps_behind_a_failed_one_are_told_as_skipped_and_the_workflow_fails_with_its_error(
    trace: Trace,
) -> None:
    def explode() -> None:
        raise ValueError("no rows")

    flow = (
        Workflow(name="flow").step(step("load", explode)).step(step("beside")).step(step("save"), depends_on=["load"])
    )
    await flow().collect()
    root = trace.one("flow")
    assert (root.status, str(root.error)) == ("error", "ValueError: no rows")
    assert root.attributes["status"]["reason"] == "step_failed"
    assert [event.payload for event in skipped(trace)] == [{"steps": ["save"]}]


async def test_a_cancelled_workflow_skipped_nothing(trace: Trace) -> None:
    begun = asyncio.Event()

    async def load() -> None:
        begun.set()
        await asyncio.sleep(30)

    flow = Workflow(name="flow").step(step("load", load)).step(step("save"), depends_on=["load"])
    await cut_off(flow().collect(), begun)
    assert [(span.name, span.status) for span in trace.spans] == [("flow", "cancelled"), ("load", "cancelled")]
    assert skipped(trace) == []


async def test_a_loop_is_no_retry(trace: Trace) -> None:
    flow = (
        Workflow(name="flow").step(step("poll"), while_=3).step(step("beside")).step(step("end"), depends_on=["poll"])
    )
    await flow().collect()
    polls = trace.find("poll")
    assert len(polls) == 3
    assert not trace.retries
    stamp = trace.one("end").stamp
    assert stamp is not None
    assert stamp.after == {poll.call_id for poll in polls}


async def test_a_workflow_in_a_workflow_keeps_its_own_steps(trace: Trace) -> None:
    inner = Workflow(name="inner").step(step("a")).step(step("b"))
    flow = Workflow(name="flow").step(inner).step(step("end"), depends_on=["inner"])
    await flow().collect()
    assert str(trace).splitlines() == [
        "workflow flow",
        "├─ workflow inner",
        "│  ├─ ∥ tool a",
        "│  └─ ∥ tool b",
        "└─ tool end",
    ]
    assert trace.one("a").path == "flow.inner.a"
