"""The defects of competing plugins that concern what a trace means; the number is theirs in the research.

Defects of capture, snapshots, options and reports are tested where those are.
"""

import pytest

from pytest_traces.errors import UsageNotRecorded
from tests.assertions.reading import NOTHING, red
from tests.builders import a_trace, agent, at_once, llm, tool


def weather(city, **fields):
    return tool("weather", input={"city": city}, **fields)


def test_04_a_call_is_counted_once():
    trace = a_trace(agent("agent", tool("search"), weather("Paris", error="TimeoutError: late"), weather("Paris")))
    trace.assert_calls({"search": 1, "weather": 2})
    red("2 counts of calls are wrong", trace.assert_calls, {"search": 2, "weather": 3})


def test_05_a_tool_that_failed_was_called():
    trace = a_trace(agent("agent", weather("Paris", error="TimeoutError: late")))
    red("expected tool_calls <= 0, got 1", trace.assert_budget, tool_calls=0)
    red("expected no span 'weather', found 1", trace.assert_never, "weather")


def test_05_usage_that_was_not_reported_is_not_zero():
    with pytest.raises(UsageNotRecorded, match="1 model call reported no usage: 'gpt'"):
        _ = a_trace(llm("gpt")).usage.total_tokens


def test_06_each_span_has_its_own_duration():
    trace = a_trace(agent("agent", llm("gpt", ms=40), tool("search", ms=60)))
    assert [span.elapsed for span in trace.spans] == [100, 40, 60]
    red("expected slowest_ms <= 50, got 60", trace.tools.assert_budget, slowest_ms=50)


def test_12_an_agent_that_did_nothing():
    red(NOTHING, a_trace().assert_no_errors)
    red(NOTHING, a_trace().one, "agent")


def test_13_limits_on_a_result_without_data():
    trace = a_trace(agent("agent", llm("gpt"), status="running"))
    red("3 limits are exceeded", trace.assert_budget, elapsed_ms=0.0001, total_tokens=1, cost_usd=0.0)


def test_14_an_unknown_price_is_not_zero():
    trace = a_trace(llm("acme/foo", tokens=(1, 1)))
    red("expected cost_usd <= 0, no price is known for 'acme/foo'", trace.assert_budget, cost_usd=0.0)


def test_15_not_called_in_a_recording_of_nothing():
    red(NOTHING, a_trace().assert_never, "search")


def test_18_a_retry_that_no_longer_recovers():
    failed = a_trace(agent("agent", weather("Paris", error="TimeoutError: late"), weather("Paris", error="E: again")))
    [retry] = failed.retries
    assert (retry.attempts, retry.recovered, len(retry.errors)) == (2, False, 2)
    red("expected no errors, 'weather' and 1 more failed: TimeoutError: late", failed.assert_no_errors)


def test_21_a_tool_that_was_retried():
    trace = a_trace(agent("agent", weather("Paris", error="TimeoutError: late"), weather("Paris")))
    reason = "expected no retries, found 'weather' (2 attempts, recovered, TimeoutError: late)"
    red(reason, trace.assert_no_retries)


def test_22_a_fan_out_is_no_retry_and_no_loop():
    trace = a_trace(agent("agent", at_once(*map(weather, ("Paris", "Oslo", "Rome", "Bern")))))
    assert trace.retries == ()
    trace.assert_no_loops()


def test_23_a_retry_with_other_calls_in_between_is_one():
    again = [tool("search"), weather("Paris", error="TimeoutError: late")] * 3
    trace = a_trace(
        agent("agent", weather("Paris", error="TimeoutError: late"), *again, tool("search"), weather("Paris"))
    )
    assert [(retry.name, retry.attempts) for retry in trace.retries] == [("weather", 5)]
    red("expected retries <= 3, got 4", trace.assert_budget, retries=3)


def test_24_a_failure_beside_a_success_is_no_retry():
    trace = a_trace(agent("agent", at_once(weather("Paris", error="TimeoutError: late"), weather("Oslo"))))
    assert trace.retries == ()


def test_25_a_result_that_is_no_json_is_no_failure():
    trace = a_trace(agent("agent", weather("Paris", error="TimeoutError: late"), weather("Paris", output="18C sunny")))
    [retry] = trace.retries
    assert retry.recovered


def test_26_another_tool_after_a_failure_is_no_retry():
    assert a_trace(agent("agent", tool("search", error="E: no"), weather("Paris"))).retries == ()


def test_29_what_is_missing_is_named():
    trace = a_trace(agent("agent", llm("chat"), llm("chat")))
    steps = trace.one("agent").children
    red("expected 'execute_tool' after 'chat', found 'chat'", steps.assert_sequence, "chat", "execute_tool", "chat")


@pytest.mark.parametrize("limit", [True, -1, "5", None, float("nan"), float("inf")])
def test_a_limit_that_is_no_number_is_refused(limit):
    trace = a_trace(llm("gpt", tokens=(1, 1)))
    red(f"a limit is a number from 0, got total_tokens={limit!r}", trace.assert_budget, total_tokens=limit)
