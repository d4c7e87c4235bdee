"""Statements of document 003 about attempts, timing and what is slow."""

import asyncio

import pytest

from pytest_traces.drawing.timeline import draw_timeline
from pytest_traces.model.span import SpanError
from pytest_traces.model.tree import SpanTree
from pytest_traces.runtime import record_span, span, trace_tool
from pytest_traces.runtime import trace as traced
from pytest_traces.trace.selection import Span
from tests.seeds.flaky_agent import agent_with


def test_sequential_steps_take_less_than_the_whole_trace(trace):
    agent_with(failures=0)()
    root = trace.one("agent")
    assert sum(step.elapsed for step in root.children) < root.elapsed


def test_each_attempt_is_a_step_of_its_own_with_the_backoff_between(trace):
    agent_with(failures=2)()
    assert [(step.name, step.status) for step in trace.one("agent").children] == [
        ("query.embed", "success"),
        ("tool_schema_lookup", "error"),
        ("retry_guard", "success"),
        ("tool_schema_lookup", "error"),
        ("retry_guard", "success"),
        ("tool_schema_lookup", "success"),
    ]
    assert [guard.metadata["next_attempt"] for guard in trace.find("retry_guard")] == [2, 3]


def test_the_backoff_grows_up_to_five_seconds_unless_given():
    from pytest_traces.runtime.tracing.tools import exponential

    assert [exponential(attempt) for attempt in range(1, 7)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


async def test_steps_of_parallel_branches_are_not_interleaved(trace):
    @trace_tool
    async def fetch(source):
        await asyncio.sleep(0)
        with span(span_type="tool", name=f"parse {source}"):
            await asyncio.sleep(0)

    @traced
    async def agent():
        await asyncio.gather(fetch("a"), fetch("b"))

    await agent()
    assert [[step.name for step in call.children] for call in trace.find("fetch")] == [["parse a"], ["parse b"]]
    assert str(trace).count("∥ tool fetch") == 2


def test_timing_has_three_layers(trace):
    agent_with(failures=0)()
    root = trace.one("agent")
    rounded = 0.01
    steps = sum(step.elapsed for step in root.children)
    assert steps - rounded < root.attributes["latency_ms"] < root.elapsed + rounded  # total
    assert all(step.elapsed > 0 for step in root.children)  # per step
    assert [step.t0 for step in root.children] == sorted(step.t0 for step in root.children)  # timestamps


def test_a_slow_request_is_one_above_a_configurable_threshold(trace):
    agent_with(failures=0)()
    agent_with(failures=0, slow_ms=0)()
    assert [root.attributes["slow_request"] for root in trace.roots] == [False, True]


def test_slow_steps_are_flagged_independently(trace):
    for name, latency in {"fast": 20, "slow": 2450}.items():
        record_span(span_type="tool", name=name, latency_ms=latency)
    assert trace.slow.names == ["slow"]
    drawn = draw_timeline(documented_trace(), slow_ms=1500, color=True)
    assert [line[5:31] for line in drawn.splitlines() if "\x1b[31m" in line] == ["├── ✓  response_generation"]


def documented_trace():
    steps = [
        ("tool", "query.embed", 180, None),
        ("retrieval", "vector.search", 310, None),
        ("tool", "tool_schema_lookup", 250, SpanError(type="TimeoutError")),
        ("retry", "retry_guard", 150, None),
        ("tool", "tool_schema_lookup", 280, None),
        ("llm", "response_generation", 2450, None),
    ]
    about = {"run_id": "0", "status": "success"}
    spans = [Span(name="agent", type="agent", path="agent", call_id="0", t0=0, t1=3620, **about)]
    for n, (type, name, took, error) in enumerate(steps, 1):
        t0 = spans[-1].t1 if n > 1 else 0
        about |= {"status": "error" if error else "success", "error": error}
        about |= {"path": f"agent.{name}", "call_id": str(n), "parent_call_id": "0"}
        spans.append(Span(name=name, type=type, t0=t0, t1=t0 + took, **about))
    return SpanTree(spans)


def test_the_timeline_with_a_retry_is_drawn_as_documented():
    assert (
        draw_timeline(documented_trace())
        == """\
agent:start
├── ✓  query.embed              180ms  OK
├── ✓  vector.search            310ms  OK
├── ✗  tool_schema_lookup       250ms  RETRY    ← attempt 1, failed
├── ✓  retry_guard              150ms  OK       ← backoff + retry decision
├── ✓  tool_schema_lookup       280ms  OK       ← attempt 2, succeeded
├── ✓  response_generation     2450ms  OK
└── ✓  done

Retries: 1
Status:  WARNING"""
    )


def test_with_retries_the_status_is_warning_and_the_count_grows(trace):
    agent_with(failures=2)()
    about = trace.one("agent").attributes
    assert (about["status"], about["retry_count"]) == ("warning", 2)
    assert trace.status == "warning"
    [retry] = trace.retries
    assert (retry.name, retry.attempts, retry.recovered) == ("tool_schema_lookup", 3, True)


def test_a_trace_that_fails_in_spite_of_retries_is_failed(trace):
    with pytest.raises(TimeoutError):
        agent_with(failures=9, max_retries=1)()
    about = trace.one("agent").attributes
    assert (about["status"], about["retry_count"]) == ("failed", 1)
    assert trace.status == "failed"


def test_a_failed_attempt_keeps_its_error(trace):
    agent_with(failures=1)()
    assert str(trace.first("tool_schema_lookup").error) == "TimeoutError: upstream timed out"


def test_a_repeated_name_counts_as_a_retry_only_where_asked(trace):
    agent_with(failures=0)()
    with span(span_type="agent", name="honest"):
        for city in ("Paris", "Rome"):
            with span(span_type="tool", name="get_weather", input={"city": city}):
                pass
    assert not trace.retries
    trace = trace.with_options(retry_rule="repeated")
    assert [retry.name for retry in trace.retries] == ["get_weather"]
