"""Usage is counted once, and a call that said nothing is never taken for one that cost nothing."""

import pytest

from pytest_traces import UsageNotRecorded
from pytest_traces.model.consumption.usage import Usage
from tests.builders import a_trace, agent, llm, span, tool


def test_a_call_that_wraps_another_one_counts_once():
    trace = a_trace(agent("weather", llm("chat", llm("http", tokens=(10, 2)), tokens=(10, 2))))
    assert trace.usage.total_tokens == 12
    assert trace.agents.usage == trace.usage


def test_all_calls_below_a_silent_one_count():
    trace = a_trace(llm("chat", llm("first", tokens=(10, 0)), llm("second", tokens=(5, 0))))
    assert trace.usage.total_tokens == 15
    assert trace.usage.unreported == ()


def test_a_failed_call_does_not_hide_what_was_spent_below_it():
    trace = a_trace(llm("chat", llm("http", tokens=(10, 2)), error="RuntimeError: bad answer"))
    assert trace.usage.total_tokens == 12


def test_an_embedding_within_an_embedding_counts_once():
    usage = {"embed-3:input_tokens": 5}
    trace = a_trace(span("embedding", "outer", span("embedding", "inner", usage=usage), usage=usage))
    assert trace.usage.total_tokens == 5


@pytest.mark.parametrize("between", ["tool", "retrieval"])
def test_a_model_call_of_a_step_inside_a_call_is_a_call_of_its_own(between):
    trace = a_trace(llm("chat", span(between, "search", span("chain", "x", llm("rank", tokens=(3, 1)))), tokens=(9, 2)))
    assert trace.usage.total_tokens == 15
    assert trace.roots[0].usage.total_tokens == 15


def test_a_report_of_a_step_below_a_silent_call_is_no_report_of_that_call():
    for below in (tool("search", llm("rank", tokens=(3, 1))), tool("search", usage={"gpt:input_tokens": 5})):
        assert a_trace(llm("chat", below)).usage.unreported == ("chat",)


@pytest.mark.parametrize("between", ["chain", "agent", "workflow"])
def test_a_wrapper_between_two_calls_changes_no_count(between):
    trace = a_trace(llm("chat", span(between, "parse", llm("http", tokens=(3, 1))), tokens=(10, 2)))
    assert trace.usage.total_tokens == 12


@pytest.mark.parametrize("kind", ["llm", "embedding"])
@pytest.mark.parametrize("status", ["running", "success", "cancelled", "timeout"])
def test_a_call_that_did_not_fail_and_said_nothing_is_unreported(kind, status):
    assert a_trace(span(kind, "chat", status=status)).usage.unreported == ("chat",)


@pytest.mark.parametrize("status", ["error", "blocked"])
def test_a_call_that_failed_may_have_used_nothing(status):
    assert a_trace(llm("chat", status=status)).usage.unreported == ()


def test_a_sum_of_nothing_is_no_zero():
    trace = a_trace(agent("weather", tool("get", usage={"rows": 2}), llm("chat", error="E: no")))
    for usage in (trace.usage, trace.tools.usage, trace.runs[0].usage, trace.roots[0].usage):
        assert usage.by_model == {}
        with pytest.raises(UsageNotRecorded) as red:
            _ = usage.total_tokens
        assert str(red.value) == (
            "expected total_tokens of every model call, no model call reported any usage\n\n"
            "hint: unknown is not zero; `usage.by_model` holds what was reported"
        )
        with pytest.raises(UsageNotRecorded, match=r"^expected cost_usd of every model call, no model call reported"):
            _ = usage.cost_usd
    assert trace.usage["rows"] == 2


def test_other_counters_of_a_wrapped_call_are_kept():
    inner = llm("http", usage={"gpt:input_tokens": 10, "cache_hits": 1}, model="gpt")
    trace = a_trace(llm("chat", inner, tokens=(10, 0)))
    assert (trace.usage.input_tokens, trace.usage["cache_hits"]) == (10, 1)


def test_a_call_that_ended_well_and_said_nothing_is_unreported():
    trace = a_trace(agent("weather", llm("chat"), llm("chat", tokens=(10, 2))))
    with pytest.raises(UsageNotRecorded) as red:
        _ = trace.usage.total_tokens
    assert str(red.value) == (
        "expected total_tokens of every model call, 1 model call reported no usage: 'chat'\n\n"
        "hint: unknown is not zero; `usage.by_model` holds what was reported"
    )


def test_a_call_that_reported_zero_reported():
    trace = a_trace(llm("chat", tokens=(0, 0)))
    assert trace.usage.total_tokens == 0
    assert Usage.from_flat(trace.usage.flat()) == trace.usage


def unknown(trace, unit):
    with pytest.raises(UsageNotRecorded) as red:
        getattr(trace.usage, unit)
    return red.value.headline


@pytest.mark.parametrize(("tokens", "left_out"), [((60, None), "output_tokens"), ((None, 12), "input_tokens")])
def test_a_call_that_reported_one_unit_left_out_the_other(tokens, left_out):
    trace = a_trace(agent("a", llm("gpt", tokens=tokens), llm("gpt", tokens=(1, 2))))
    fact = f"1 model call of 'gpt' reported no {left_out}"
    assert unknown(trace, left_out) == f"expected {left_out} of every model call, {fact}"
    assert unknown(trace, "total_tokens") == (
        "expected total_tokens of every model call, 1 model call of 'gpt' reported no total_tokens"
    )
    assert unknown(trace, "reasoning_tokens").endswith("2 model calls of 'gpt' reported no reasoning_tokens")
    known = {"input_tokens", "output_tokens"} - {left_out}
    assert getattr(trace.usage, known.pop()) == (61 if tokens[0] else 14)


def test_a_cost_that_one_call_left_out_is_unknown():
    free, paid = {"m:input_tokens": 0, "m:output_tokens": 0}, {"m:input_tokens": 1, "m:cost_usd": 0.5}
    assert a_trace(llm("a", usage=free), llm("b", usage=paid)).usage.cost_usd == 0.5
    trace = a_trace(llm("a", usage=free | {"m:input_tokens": 3}), llm("b", usage=paid))
    assert unknown(trace, "cost_usd").endswith("no price is known for 'm'")
    assert trace.usage.by_model["m"].cost_usd == 0.5


def test_a_total_alone_is_a_total():
    trace = a_trace(llm("a", usage={"m:total_tokens": 50}), llm("b", tokens=(1, 2)))
    assert trace.usage.total_tokens == 53
    assert unknown(trace, "input_tokens").endswith("1 model call of 'm' reported no input_tokens")


def test_a_count_follows_from_the_total_and_the_other_one():
    told = [{"m:total_tokens": 50, "m:input_tokens": 30}, {"m:total_tokens": 50, "m:output_tokens": 20}]
    for usage in told:
        used = a_trace(llm("a", usage=usage)).usage
        assert (used.input_tokens, used.output_tokens, used.total_tokens) == (30, 20, 50)


def test_a_unit_that_a_call_left_out_comes_from_its_attempts():
    trace = a_trace(llm("chat", llm("sdk", tokens=(58, 12)), tokens=(60, None)))
    assert trace.usage.flat() == {"chat:input_tokens": 60, "chat:output_tokens": 12}
    assert trace.one("sdk").own_usage.flat() == {}


def test_a_unit_that_one_attempt_left_out_stays_unknown():
    trace = a_trace(llm("chat", llm("sdk", tokens=(58, 12)), llm("sdk", tokens=(5, None)), tokens=(60, None)))
    assert trace.usage.flat() == {"chat:input_tokens": 60}
    assert unknown(trace, "output_tokens").endswith("1 model call of 'chat' reported no output_tokens")


def test_an_embedding_below_a_call_of_a_language_model_is_a_call_of_its_own():
    trace = a_trace(llm("chat", span("embedding", "embed", usage={"e/3:input_tokens": 5}), tokens=(60, 12)))
    assert trace.usage.total_tokens == 77
    assert a_trace(llm("chat", span("embedding", "embed", usage={"e/3:input_tokens": 5}))).usage.unreported == ("chat",)
