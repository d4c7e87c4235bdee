"""What a program may use up."""

import math
import sys

import pytest

from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, agent, llm, tool

SPENT = a_trace(
    agent(
        "weather",
        llm("openai/gpt-4o-mini", tokens=(60_000, 12)),
        tool("get_weather", error="TimeoutError: late"),
        tool("get_weather"),
        llm("openai/gpt-4o-mini", llm("sdk"), tokens=(40, 8)),
    )
)


def test_a_budget_holds_at_its_limit():
    SPENT.assert_budget(total_tokens=60_060, input_tokens=60_040, output_tokens=20, llm_calls=2, tool_calls=2)
    SPENT.assert_budget(elapsed_ms=40, slowest_ms=40, p50_ms=10, retries=1, spans=6, depth=2, cost_usd=0.01)
    SPENT.llms.assert_budget(p99_ms=10)
    told = {"gpt:reasoning_tokens": 3, "gpt:cached_input_tokens": 2}
    a_trace(llm("gpt", usage=told)).assert_budget(reasoning_tokens=3, cached_input_tokens=2)


@pytest.mark.parametrize(
    ("limit", "allowed", "got"),
    [
        ("total_tokens", 60_059, "60060"),
        ("input_tokens", 60_039, "60040"),
        ("output_tokens", 19, "20"),
        ("cost_usd", 0.009, "0.009018"),
        ("elapsed_ms", 39, "40"),
        ("p50_ms", 9, "10"),
        ("p90_ms", 39, "40"),
        ("p95_ms", 39, "40"),
        ("p99_ms", 39, "40"),
        ("slowest_ms", 39, "40"),
        ("llm_calls", 1, "2"),
        ("tool_calls", 1, "2"),
        ("spans", 5, "6"),
        ("retries", 0, "1"),
        ("depth", 1, "2"),
    ],
)
def test_the_smallest_step_above_a_limit_exceeds_it(limit, allowed, got):
    assert (
        why(SPENT.assert_budget, **{limit: allowed}) == f"Mismatch: expected {limit} <= {allowed}, got {got}\n\n{SPENT}"
    )


def test_zero_is_a_limit():
    assert why(SPENT.assert_budget, total_tokens=0, tool_calls=0) == text(
        """
        Mismatch: 2 limits are exceeded

        - expected total_tokens <= 0, got 60060
        - expected tool_calls <= 0, got 2

        agent weather
        ├─ llm openai/gpt-4o-mini
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        └─ llm openai/gpt-4o-mini
           └─ llm sdk
        """
    )


def test_a_model_call_without_usage_is_over_budget():
    trace = a_trace(agent("weather", llm("gpt", tokens=(5, 5)), llm("gpt"), llm("claude")))
    assert why(trace.assert_budget, total_tokens=1_000) == text(
        """
        Mismatch: expected total_tokens <= 1000, 2 model calls reported no usage: 'gpt', 'claude'

        agent weather
        ├─ llm gpt
        ├─ llm gpt   ← reported no usage
        └─ llm claude   ← reported no usage
        """
    )


def test_no_usage_at_all_is_over_budget():
    assert why(a_trace(agent("weather", tool("get_weather"))).assert_budget, total_tokens=10, cost_usd=1) == text(
        """
        Mismatch: 2 limits are exceeded

        - expected total_tokens <= 10, no model call reported any usage
        - expected cost_usd <= 1, no model call reported any usage

        agent weather
        └─ tool get_weather
        """
    )


def test_an_unknown_price_is_over_budget():
    assert why(a_trace(llm("acme/foo", tokens=(1, 1))).assert_budget, cost_usd=1_000) == text(
        """
        Mismatch: expected cost_usd <= 1000, no price is known for 'acme/foo'

        llm acme/foo

        hint: an adapter or the program may report the cost itself
        """
    )


def test_without_the_price_list_a_price_is_unknown(monkeypatch):
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    assert why(a_trace(llm("openai/gpt-4o-mini", tokens=(1, 7))).assert_budget, cost_usd=1) == text(
        """
        Mismatch: expected cost_usd <= 1, no price is known for 'openai/gpt-4o-mini'

        llm openai/gpt-4o-mini

        hint: prices come with the extra: pip install 'pytest-traces[cost]'
        """
    )


def test_a_reported_cost_is_believed():
    usage = {"acme/foo:input_tokens": 1, "acme/foo:cost_usd": 0.25}
    trace = a_trace(llm("acme/foo", usage=usage))
    trace.assert_budget(cost_usd=0.25)
    assert headline(trace.assert_budget, cost_usd=0.2) == "Mismatch: expected cost_usd <= 0.2, got 0.25"


def test_a_running_span_exceeds_every_limit_on_time():
    trace = a_trace(agent("weather", tool("get_weather", status="running"), status="running"))
    assert why(trace.assert_budget, elapsed_ms=10_000, p95_ms=10_000) == text(
        """
        Mismatch: 2 limits are exceeded

        - expected elapsed_ms <= 10000, 'weather', 'get_weather' still run
        - expected p95_ms <= 10000, 'weather', 'get_weather' still run

        agent weather [running]   ← still running
        └─ tool get_weather [running]   ← still running
        """
    )


def test_a_budget_of_an_empty_selection_fails_before_any_limit():
    assert why(SPENT.find("refund").assert_budget, total_tokens=10) == text(
        """
        SpanNotFound: expected at least 1 span, found 0

        agent weather
        ├─ llm openai/gpt-4o-mini
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        └─ llm openai/gpt-4o-mini
           └─ llm sdk

        hint: trace.assert_... looks at the whole trace
        """
    )


def test_a_failed_model_call_that_reported_nothing_is_pointed_out():
    assert why(a_trace(agent("weather", llm("gpt", error="E: no"))).assert_budget, total_tokens=1) == text(
        """
        Mismatch: expected total_tokens <= 1, no model call reported any usage

        agent weather
        └─ llm gpt ✗ E: no   ← reported no usage
        """
    )


def test_calls_without_usage_and_running_spans_are_both_pointed_out():
    trace = a_trace(agent("weather", llm("gpt"), tool("get", status="running")))
    assert why(trace.assert_budget, total_tokens=1, elapsed_ms=1) == text(
        """
        Mismatch: 2 limits are exceeded

        - expected total_tokens <= 1, 1 model call reported no usage: 'gpt'
        - expected elapsed_ms <= 1, 'get' still runs

        agent weather
        ├─ llm gpt   ← reported no usage
        └─ tool get [running]   ← still running
        """
    )


def test_a_large_count_is_written_with_all_its_digits():
    assert (
        headline(a_trace(llm("gpt", tokens=(12_345_678, 0))).assert_budget, total_tokens=1)
        == "Mismatch: expected total_tokens <= 1, got 12345678"
    )


def test_a_percentile_is_the_nearest_rank_of_many():
    trace = a_trace(*(tool("get", ms=ms) for ms in (40, 10, 30, 20)))
    trace.assert_budget(p50_ms=20, p90_ms=40)
    assert headline(trace.assert_budget, p50_ms=19) == "Mismatch: expected p50_ms <= 19, got 20"


def test_a_percentile_is_unknown_while_a_span_runs():
    trace = a_trace(tool("get", status="running"))
    assert headline(trace.assert_budget, p50_ms=1) == "Mismatch: expected p50_ms <= 1, 'get' still runs"


@pytest.mark.parametrize("limit", ["elapsed_ms", "p50_ms", "slowest_ms", "cost_usd"])
@pytest.mark.parametrize("figure", [math.nan, math.inf])
def test_nan_and_infinity_exceed_every_limit(limit, figure):
    broken = llm("gpt", usage={"gpt:input_tokens": 1, "gpt:cost_usd": figure}, model="gpt", ms=figure)
    message = why(a_trace(tool("get", t0=-9.0), broken, tool("get")).assert_budget, **{limit: 5})
    assert message.startswith(f"Mismatch: expected {limit} <= 5, got ")
    assert message.split("\n")[0].endswith((f"got {figure}", "got nan"))


@pytest.mark.parametrize(
    ("read", "what"),
    [
        (lambda some: some.usage.total_tokens < 100, "count the usage of"),
        (lambda some: some.elapsed < 100, "measure the time of"),
    ],
)
def test_usage_and_time_of_an_empty_selection_are_errors(read, what):
    assert why(lambda: read(SPENT.find("refund"))) == text(
        f"""
        SpanNotFound: expected at least 1 span to {what}, found 0

        agent weather
        ├─ llm openai/gpt-4o-mini
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        └─ llm openai/gpt-4o-mini
           └─ llm sdk
        """
    )


def test_calls_and_retries_below_a_selection_count():
    again = [tool("search", input=1, error="TimeoutError: late"), tool("search", input=1)]
    trace = a_trace(agent("planner", llm("gpt"), agent("helper", llm("gpt"), *again)), llm("gpt"))
    planner = trace.find("planner")
    planner.assert_budget(llm_calls=2, tool_calls=2, retries=1, spans=1)
    assert why(planner.assert_budget, llm_calls=1, tool_calls=1, retries=0).split("\n\n")[1] == text(
        """
        - expected llm_calls <= 1, got 2
        - expected tool_calls <= 1, got 2
        - expected retries <= 0, got 1
        """
    )
