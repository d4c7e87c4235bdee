"""Whether anything went wrong, was left open, or was passed over; and streams."""

import pytest

from tests.assertions.expectations.programs import ILL, WELL
from tests.assertions.reading import headline, text, why
from tests.builders import a_trace, agent, llm, tool


def test_a_healthy_trace_passes_each_assertion():
    WELL.assert_no_errors()
    WELL.assert_no_retries("get_*")
    WELL.assert_closed()
    WELL.assert_no_unknown_tools()
    WELL.assert_no_skips()
    WELL.assert_streams_ended()
    WELL.assert_first_chunk("gpt", within_ms=10)


def test_an_error_is_named():
    assert why(ILL.assert_no_errors) == text(
        """
        Mismatch: expected no errors, 'get_weather' and 1 more failed: TimeoutError: late

        agent weather [running]
        ├─ llm gpt [cancelled]
        ├─ tool get_weather ✗ TimeoutError: late   ← failed
        ├─ tool get_weather
        ├─ tool get_wind ✗ tool_not_found: no such tool   ← failed
        ├─ workflow notify_all
        └─ tool log [running]
        """
    )


def test_conditions_select_the_spans_that_are_judged():
    ILL.assert_no_errors(type="llm")
    ILL.assert_no_retries(type="llm")
    ILL.assert_closed(type="llm")
    assert headline(ILL.assert_no_retries, "get_weather", status="cancelled") == (
        "SpanNotFound: expected at least 1 span 'get_weather' with status 'cancelled', "
        "found 0: called twice, with another status"
    )
    several = a_trace(llm("gpt", chunks=["x"]), llm("slow", chunks=["x"], status="cancelled", t0=0.0))
    several.assert_streams_ended(status="success")
    several.assert_first_chunk(status="success", within_ms=10)
    assert headline(several.assert_first_chunk, status="running", within_ms=10) == (
        "SpanNotFound: expected at least 1 span with status 'running', found 0"
    )


def test_all_retries_are_told_at_once():
    late = "TimeoutError: late"
    trace = a_trace(tool("a", error=late), tool("a"), tool("b", error=late), tool("b", error=late))
    assert headline(trace.assert_no_retries) == (
        "Mismatch: expected no retries, found 'a' (2 attempts, recovered, TimeoutError: late), "
        "'b' (2 attempts, gave up, TimeoutError: late)"
    )


def test_the_retry_rule_of_the_trace_decides_what_a_retry_is():
    trace = a_trace(agent("a", tool("get"), tool("get")))
    trace.assert_no_retries()
    trace = trace.with_options(retry_rule="repeated")
    assert headline(trace.assert_no_retries) == "Mismatch: expected no retries, found 'get' (2 attempts, recovered)"
    assert headline(trace.assert_budget, retries=0) == "Mismatch: expected retries <= 0, got 1"


def test_skipped_names_every_step_if_none_was_skipped():
    assert headline(WELL.assert_skipped, "email", "sms") == (
        "Mismatch: expected 'email', 'sms' to be skipped, found none"
    )


@pytest.mark.parametrize("status", ["error", "timeout", "blocked"])
def test_a_bad_end_without_an_error_is_an_error(status):
    assert (
        headline(a_trace(tool("pay", status=status)).assert_no_errors)
        == f"Mismatch: expected no errors, 'pay' failed: {status}"
    )


def test_errors_of_some_spans_can_be_asked_for():
    ILL.assert_no_errors("log")
    assert why(ILL.assert_no_errors, "logg") == text(
        """
        SpanNotFound: expected at least 1 span 'logg', found 0

        agent weather [running]
        ├─ llm gpt [cancelled]
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        ├─ tool get_wind ✗ tool_not_found: no such tool
        ├─ workflow notify_all
        └─ tool log [running]   ← did you mean this one?
        """
    )


def test_a_retry_is_named():
    assert why(ILL.assert_no_retries) == text(
        """
        Mismatch: expected no retries, found 'get_weather' (2 attempts, recovered, TimeoutError: late)

        agent weather [running]
        ├─ llm gpt [cancelled]
        ├─ tool get_weather ✗ TimeoutError: late   ← attempt 1
        ├─ tool get_weather   ← attempt 2
        ├─ tool get_wind ✗ tool_not_found: no such tool
        ├─ workflow notify_all
        └─ tool log [running]
        """
    )


def test_no_retries_fails_on_a_misspelt_name():
    assert why(ILL.assert_no_retries, "get_wether") == text(
        """
        SpanNotFound: expected at least 1 span 'get_wether', found 0

        agent weather [running]
        ├─ llm gpt [cancelled]
        ├─ tool get_weather ✗ TimeoutError: late   ← did you mean this one?
        ├─ tool get_weather
        ├─ tool get_wind ✗ tool_not_found: no such tool
        ├─ workflow notify_all
        └─ tool log [running]
        """
    )


def test_an_open_span_is_named():
    assert why(ILL.assert_closed) == text(
        """
        Mismatch: expected every span to have ended, 'weather', 'log' still run

        agent weather [running]   ← still run
        ├─ llm gpt [cancelled]
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        ├─ tool get_wind ✗ tool_not_found: no such tool
        ├─ workflow notify_all
        └─ tool log [running]   ← still run

        hint: trace.wait_for(...) waits for a span to end
        """
    )


def test_an_unknown_tool_is_named():
    assert why(ILL.assert_no_unknown_tools) == text(
        """
        Mismatch: expected only known tools, the model asked for 'get_wind'

        agent weather [running]
        ├─ llm gpt [cancelled]
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        ├─ tool get_wind ✗ tool_not_found: no such tool   ← unknown
        ├─ workflow notify_all
        └─ tool log [running]
        """
    )


def test_a_skipped_step_is_named():
    ILL.assert_skipped("sms", "email")
    assert why(ILL.assert_no_skips) == text(
        """
        Mismatch: expected no step to be skipped, found 'email', 'sms'

        agent weather [running]
        ├─ llm gpt [cancelled]
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        ├─ tool get_wind ✗ tool_not_found: no such tool
        ├─ workflow notify_all   ← skipped 'sms'
        └─ tool log [running]
        """
    )


def test_a_step_that_ran_was_not_skipped():
    assert why(ILL.assert_skipped, "log", "sms") == text(
        """
        Mismatch: expected 'log' to be skipped, found 'email', 'sms'

        agent weather [running]
        ├─ llm gpt [cancelled]
        ├─ tool get_weather ✗ TimeoutError: late
        ├─ tool get_weather
        ├─ tool get_wind ✗ tool_not_found: no such tool
        ├─ workflow notify_all
        └─ tool log [running]   ← it ran
        """
    )


def test_a_run_that_was_cut_off_is_an_error():
    trace = a_trace(agent("a", tool("x", status="cancelled"), status="cancelled"))
    trace.assert_no_errors("x")
    assert why(trace.assert_no_errors) == text(
        """
        Mismatch: expected no errors, 'a' was cancelled

        agent a [cancelled]   ← cancelled
        └─ tool x [cancelled]
        """
    )


def test_runs_that_were_cut_off_are_counted_with_the_errors():
    cut_off = [agent(name, status="cancelled") for name in "abc"]
    assert headline(a_trace(*cut_off).assert_no_errors) == "Mismatch: expected no errors, 'a' and 2 more were cancelled"
    assert why(a_trace(cut_off[0], tool("x", error="E: no")).assert_no_errors) == text(
        """
        Mismatch: expected no errors, 'x' and 1 more failed: E: no

        agent a [cancelled]   ← cancelled
        tool x ✗ E: no   ← failed
        """
    )
    assert why(a_trace(agent("a", status="cancelled", error="E: no")).assert_no_errors) == text(
        """
        Mismatch: expected no errors, 'a' failed: E: no

        agent a ✗ E: no [cancelled]   ← failed
        """
    )
