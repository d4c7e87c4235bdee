"""graphtrace, pytest-agent-trace, timbal: sets instead of multisets, typos, and time instead of causality."""

import pytest

from pytest_traces.assertions.sequences.patterns import parallel
from pytest_traces.errors import UnknownCondition
from tests.assertions.reading import NOTHING, red
from tests.builders import a_file, a_trace, agent, at_once, llm, tool

RUN = a_trace(agent("agent", llm("gpt"), tool("lookup", error="KeyError: x"), tool("lookup"), tool("pay")))


def test_graphtrace_multisets_are_no_sets():
    trace = a_trace(agent("agent", tool("pay"), tool("pay")))
    red("expected 1 call of 'pay', found 2", trace.assert_calls, {"pay": 1})
    red("expected at least 3 calls of 'pay', found 2", trace.assert_calls, at_least={"pay": 3})


def test_graphtrace_a_state_that_does_not_exist_is_not_none():
    red(
        "expected 1 span 'agent' with metadata {'nope': None}, found 0: called once, with another metadata",
        RUN.one,
        "agent",
        metadata={"nope": None},
    )


def test_graphtrace_an_empty_run():
    for check in (
        lambda: a_trace().assert_sequence("a"),
        lambda: a_trace().assert_never("a"),
        a_trace().assert_closed,
        a_trace().assert_no_errors,
        a_trace().assert_no_retries,
    ):
        red(NOTHING, check)


def test_graphtrace_a_typo_in_what_must_not_happen():
    red("nothing is called 'loookup', but 'lookup' ran; did you mean that one?", RUN.assert_never, "loookup")
    red("expected at least 1 span 'loookup', found 0", RUN.assert_no_retries, "loookup")
    red("expected no retries, found 'lookup' (2 attempts, recovered, KeyError: x)", RUN.assert_no_retries, "lookup")


def test_graphtrace_a_budget_on_usage_that_was_never_recorded():
    red("expected total_tokens <= 10, 1 model call reported no usage: 'gpt'", RUN.assert_budget, total_tokens=10)


def test_agent_trace_an_argument_that_does_not_exist_is_not_none():
    trace = a_trace(tool("pay", input={"amount": 1}))
    red(
        "expected 1 span 'pay' with input {'currency': None}, found 0: called once, with another input",
        trace.assert_once,
        "pay",
        input={"currency": None},
    )


def test_agent_trace_an_empty_order_and_a_typo():
    red("a sequence needs at least one step; assert_never('*') says that nothing was called", RUN.assert_sequence)
    red("nothing is called 'paay', but 'pay' ran; did you mean that one?", RUN.assert_never, "paay")


def test_agent_trace_one_report_of_five_calls():
    calls = [llm("gpt", tokens=(5, 5)), *(llm(f"gpt-{at}") for at in range(4))]
    red(
        "expected total_tokens <= 10, 4 model calls reported no usage: 'gpt-0', 'gpt-1', 'gpt-2', 'gpt-3'",
        a_trace(agent("agent", *calls)).assert_budget,
        total_tokens=10,
    )


def test_agent_trace_from_one_model_call_to_fifty():
    trace = a_trace(agent("agent", *(llm("gpt", tokens=(1, 1)) for _ in range(50))))
    red("expected llm_calls <= 1, got 50", trace.assert_budget, llm_calls=1)


def test_timbal_sequential_calls_within_one_millisecond_are_not_parallel():
    trace = a_trace(agent("agent", tool("add", ms=0), tool("mul", ms=0)))
    red(
        "expected 'mul' beside 'add', found it after 'add': they were not concurrent",
        trace.assert_sequence,
        parallel("add", "mul"),
    )
    red("expected 'add', 'mul' side by side, 'mul' began after 'add'", trace.assert_parallel, "add", "mul")
    from_file = a_file(agent("agent", tool("add", ms=1), tool("mul", ms=1)))
    red("expected 'add', 'mul' side by side, 'mul' began after 'add'", from_file.assert_parallel, "add", "mul")


def test_timbal_one_call_is_not_parallel_with_itself():
    trace = a_trace(agent("agent", tool("add")))
    red("expected 'add', 'add' side by side, 'add' ran only once", trace.assert_parallel, "add", "add")
    red("expected 'add' beside 'add', found nothing more", trace.assert_sequence, parallel("add", "add"))


def test_timbal_a_run_that_ended_in_error():
    trace = a_trace(agent("agent", llm("gpt"), error="ValueError: no"))
    red("expected no errors, 'agent' failed: ValueError: no", trace.assert_no_errors)


def test_timbal_a_timeout_that_is_exceeded():
    red("expected elapsed_ms <= 1, got 300", a_trace(tool("slow", ms=300)).assert_budget, elapsed_ms=1)


def test_timbal_a_misspelt_property():
    with pytest.raises(UnknownCondition, match="did you mean 'output'"):
        RUN.find(outputt=None)


def test_timbal_an_unknown_tool_between_two_model_calls():
    trace = a_trace(agent("agent", llm("gpt"), tool("wether", error="tool_not_found: no such tool"), llm("gpt")))
    red("expected only known tools, the model asked for 'wether'", trace.assert_no_unknown_tools)
    children = trace.one("agent").children
    red("expected 'gpt' after 'gpt', found 'wether'", children.assert_sequence, "gpt", "gpt")


def test_genai_semconv_a_loop_over_no_spans():
    red(NOTHING, lambda: [span for span in a_trace().tools if span.failed])


def test_logfire_an_open_span_is_seen():
    trace = a_trace(tool("never-ended", status="running"))
    assert trace.tools.names == ["never-ended"]
    red("expected every span to have ended, 'never-ended' still runs", trace.assert_closed)


def test_apm_test_agent_a_span_moved_to_another_parent():
    trace = a_trace(agent("run", llm("chat", tool("weather"))))
    red(
        "expected every span 'weather' under 'agent other', 1 of 1 is elsewhere",
        trace.assert_nested,
        "weather",
        under="agent other",
    )
    red(
        "expected 'weather' after 'chat', found nothing more",
        trace.one("run").children.assert_sequence,
        "chat",
        "weather",
    )


def test_apm_test_agent_a_thousand_times_slower():
    red("expected slowest_ms <= 5, got 5000", a_trace(tool("a", ms=5_000)).assert_budget, slowest_ms=5)


def test_a_budget_without_limits_is_refused():
    red("a budget needs a limit, as in total_tokens=2_000", RUN.assert_budget)


def test_parallel_calls_are_seen_as_such():
    a_trace(agent("agent", at_once(tool("add"), tool("mul")))).assert_parallel("add", "mul")
