"""How a trace stands."""

import time

import pytest

from pytest_traces.analysis.health.problems import skipped_steps, unknown_tools
from pytest_traces.analysis.health.slow import slow_spans
from pytest_traces.analysis.health.status import trace_status
from tests.assertions.reading import text, why
from tests.builders import a_trace, a_tree, agent, span, tool


def test_slow_is_the_threshold_or_longer():
    trace = a_trace(agent("a", tool("fast", ms=1499), tool("slow", ms=1500)))
    assert [one.name for one in slow_spans(trace.tools, 1500)] == ["slow"]
    assert trace.slow.names == ["a", "slow"]


def test_a_running_span_is_slow_after_the_threshold():
    now = time.time() * 1_000
    trace = a_trace(tool("old", t0=now - 60_000, status="running"), tool("new", t0=now + 59_000, status="running"))
    assert [one.name for one in slow_spans(trace.tools, 60_000)] == ["old"]
    assert trace.slow.names == ["old"]


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


def test_a_trace_whose_run_has_not_ended_is_no_success():
    open_run = agent("a", tool("x", error="E: no"), tool("x"), status="running")
    assert a_trace(open_run).status == "running"
    assert a_trace(agent("b"), open_run).status == "running"
    assert a_trace(open_run, agent("b", status="error")).status == "failed"
    assert a_trace(agent("a", tool("left", status="running"))).status == "success"


@pytest.mark.parametrize("payload", [None, "x", {}, {"steps": None}, {"steps": "mail"}, {"by": 1}])
def test_a_skip_in_unknown_words_is_a_skip(payload):
    trace = a_trace(span("workflow", "flow", notes=[("skipped", payload)]))
    assert why(trace.assert_no_skips) == text(
        """
        Mismatch: expected no step to be skipped, found '?'

        workflow flow   ← skipped '?'
        """
    )


@pytest.mark.parametrize(("steps", "names"), [([], []), (("a", 1), ["a", "1"])])
def test_the_names_of_skipped_steps_are_texts(steps, names):
    tree = a_tree(span("workflow", "flow", notes=[("skipped", {"steps": steps})]))
    assert [name for _, name in skipped_steps(tree)] == names


def test_an_empty_trace_has_no_events_runs_or_roots():
    for read in (lambda trace: trace.events, lambda trace: trace.runs, lambda trace: trace.roots):
        assert why(read, a_trace()) == "EmptyTrace: nothing was recorded"
    assert a_trace(tool("x")).roots.names == [run.root.name for run in a_trace(tool("x")).runs] == ["x"]
