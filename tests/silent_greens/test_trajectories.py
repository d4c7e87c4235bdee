"""agentevals, deepeval, google-adk, promptfoo: trajectories of which only a part is looked at."""

from pytest_traces.assertions.queries.conditions import call
from tests.assertions.reading import NOTHING, red
from tests.builders import a_trace, agent, llm, tool

PAID_TWICE = a_trace(
    agent("agent", llm("gpt"), tool("pay", input={"amount": 9999}), tool("pay", input={"amount": 9999}))
)


def test_agentevals_a_trace_that_never_was():
    red(NOTHING, a_trace().assert_calls, {"search": 1})
    red(NOTHING, a_trace().assert_calls, only=["search"])
    red(NOTHING, a_trace().assert_sequence, ..., "search")


def test_agentevals_a_reference_that_never_was():
    red("assert_calls() needs counts, as in assert_calls({'geocode': 1})", PAID_TWICE.assert_calls, None)


def test_agentevals_a_double_payment():
    red("expected 1 call of 'pay', found 2", PAID_TWICE.assert_calls, {"pay": 1})
    red("expected 1 span 'pay', found 2", PAID_TWICE.assert_once, "pay")


def test_deepeval_other_arguments():
    red(
        "expected at least 1 call of call('pay', input={'amount': 10}), found 0: called twice, with another input",
        PAID_TWICE.assert_calls,
        at_least={call("pay", input={"amount": 10}): 1},
    )


def test_deepeval_another_order():
    red("expected 'a' first, found 'b'", a_trace(tool("b"), tool("a")).assert_sequence, "a", "b")


def test_deepeval_and_google_adk_an_empty_expectation():
    nothing = "must name at least one call; assert_never('*', type='tool') says that none was made"
    red(f"counts {nothing}", PAID_TWICE.assert_calls, {})
    red("counts are a mapping, as in {'geocode': 1}, got []", PAID_TWICE.assert_calls, [])
    red(f"`only` {nothing}", PAID_TWICE.assert_calls, only=[])
    no_step = "a sequence needs at least one step; assert_never('*') says that nothing was called"
    red(no_step, PAID_TWICE.assert_sequence)
    red("a sequence must ask for at least one step, ... may match no call", PAID_TWICE.assert_sequence, ...)


def test_deepeval_calls_that_were_not_expected():
    trace = a_trace(tool("pay"), tool("pay"), tool("delete_db"))
    red("expected nothing more after 'pay', found 'pay'", trace.assert_sequence, "pay")
    red("2 counts of calls are wrong", trace.assert_calls, {"pay": 1})


def test_promptfoo_a_duration_of_no_span():
    red(
        "nothing is called 'llm.*', but 'llm.*' is drawn of a span; did you mean 'gpt', type='llm'?",
        PAID_TWICE.find,
        "llm.*",
    )
    red("expected at least 1 span, found 0", PAID_TWICE.find("embed").assert_budget, slowest_ms=100)


def test_promptfoo_errors_and_counts_of_a_misspelt_pattern():
    red("expected at least 1 span 'serch*', found 0", PAID_TWICE.assert_no_errors, "serch*")
    red("expected some call of 'serch*', at most 3, found 0", PAID_TWICE.assert_calls, at_most={"serch*": 3})


def test_promptfoo_arguments_of_a_tool_that_was_never_called():
    trace = a_trace(agent("agent", tool("pay", input={"amount": 1})))
    red(
        "nothing is called 'paay', but 'pay' ran; did you mean that one?",
        trace.assert_never,
        "paay",
        input={"amount": 10},
    )
