"""How a trace stands."""

import pytest

from pytest_traces.analysis.status import skipped_steps, slow_spans, trace_status, unknown_tools
from tests.builders import a_trace, a_tree, agent, span, tool


def test_slow_is_the_threshold_or_longer():
    trace = a_trace(agent("a", tool("fast", ms=1499), tool("slow", ms=1500), tool("open", status="running")))
    assert [one.name for one in slow_spans(trace.tools, 1500)] == ["slow"]
    assert trace.slow.names == ["a", "slow"]


@pytest.mark.parametrize("status", ["error", "timeout", "blocked", "cancelled"])
def test_a_run_that_ended_badly_failed(status):
    assert trace_status(a_trace(agent("a", status=status)).roots, retried=True) == "failed"


def test_a_run_that_had_to_try_again_is_a_warning():
    trace = a_trace(agent("a", tool("x", error="E: no"), tool("x")))
    assert trace.status == "warning"
    assert trace_status(trace.roots, retried=False) == "success"


def test_unknown_tools_are_tools_that_were_not_found():
    trace = a_trace(
        tool("a", error="tool_not_found: a"), tool("b", error="E: no"), tool("c"), agent("d", error="tool_not_found")
    )
    assert [one.name for one in unknown_tools(trace.spans)] == ["a"]


def test_skipped_steps_come_with_their_workflow():
    tree = a_tree(span("workflow", "flow", notes=[("skipped", {"steps": ["a", "b"]}), ("other", {})]))
    assert [(one.name, step) for one, step in skipped_steps(tree)] == [("flow", "a"), ("flow", "b")]
