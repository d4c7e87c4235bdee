"""What was tried again because it had failed."""

import pytest

from pytest_traces.analysis.health.retries import attempts, find_retries, wasted_tokens
from pytest_traces.errors import UsageNotRecorded
from pytest_traces.model.span import SpanError
from tests.builders import a_trace, a_tree, agent, at_once, llm, span, tool

LATE = "TimeoutError: late"


def ask(city="Paris", **fields):
    return tool("weather", input={"city": city}, **fields)


def retries(*steps, rule="failed"):
    return [(retry.name, retry.attempts, retry.recovered) for retry in find_retries(a_tree(*steps), rule)]


def test_a_failed_attempt_followed_by_another_is_a_retry():
    [retry] = find_retries(a_tree(agent("a", ask(error=LATE, ms=30), ask(error="ValueError: no", ms=5), ask())))
    assert (retry.name, retry.type, retry.attempts, retry.recovered) == ("weather", "tool", 3, True)
    assert [str(error) for error in retry.errors] == ["TimeoutError: late", "ValueError: no"]
    assert [one.call_id for one in retry.spans] == ["weather-2", "weather-3", "weather-4"]
    assert (retry.wasted_ms, wasted_tokens(retry.wasted_usage)) == (35, 0)


def test_a_retry_that_failed_to_the_end_gave_up():
    assert retries(agent("a", ask(error=LATE), ask(error=LATE))) == [("weather", 2, False)]


def test_tokens_of_failed_attempts_are_wasted():
    tree = a_tree(agent("a", llm("gpt", tokens=(7, 3), status="timeout"), llm("gpt", tokens=(7, 5))))
    [retry] = find_retries(tree)
    assert (wasted_tokens(retry.wasted_usage), str(retry.errors[0])) == (10, "timeout")


@pytest.mark.parametrize(
    ("attempt", "told"),
    [
        (llm("gpt", tokens=(7, None), error=LATE), "1 model call of 'gpt' reported no total_tokens"),
        (llm("gpt", status="timeout"), "1 model call reported no usage: 'gpt'"),
        (llm("gpt", llm("sdk"), error=LATE), "1 model call reported no usage: 'sdk'"),
    ],
)
def test_tokens_of_an_attempt_that_told_half_of_them_are_unknown(attempt, told):
    [retry] = a_trace(agent("a", attempt, llm("gpt", tokens=(7, 5)))).retries
    with pytest.raises(UsageNotRecorded, match=told):
        _ = retry.wasted_tokens


@pytest.mark.parametrize(
    "steps",
    [
        [ask(), ask()],
        [ask(error=LATE), ask("Oslo")],
        [ask(error=LATE), tool("wind", input={"city": "Paris"})],
        [at_once(ask(error=LATE), ask())],
        [at_once(span("chain", "one", ask(error=LATE)), span("chain", "other", ask()))],
        [at_once(*map(ask, ("Paris", "Oslo", "Rome", "Bern")))],
        [ask(status="cancelled"), ask()],
        [agent("b", ask(error=LATE)), agent("c", ask())],
    ],
)
def test_calls_that_are_no_retry(steps):
    assert retries(agent("a", *steps)) == []


def test_the_model_may_ask_again_under_the_same_agent():
    steps = [span("chain", "tools", ask(error=LATE)), llm("gpt", tokens=(1, 1)), span("chain", "tools", ask())]
    assert retries(agent("a", *steps)) == [("weather", 2, True)]
    assert retries(*steps) == []


def test_branches_side_by_side_retry_on_their_own():
    branch = [ask(error=LATE), ask()]
    assert retries(agent("a", at_once(branch, branch))) == [("weather", 2, True), ("weather", 2, True)]


def test_after_a_success_a_new_chain_begins():
    assert retries(agent("a", ask(error=LATE), ask(), ask(error=LATE), ask())) == [("weather", 2, True)] * 2


def test_attempts_are_numbered_from_the_second_on():
    assert attempts(a_tree(agent("a", ask(error=LATE), ask(error=LATE), ask()))) == {"weather-3": 2, "weather-4": 3}


def test_retries_inside_one_span_are_told_by_its_events():
    note = {"type": "RateLimitError", "message": "slow down", "elapsed_ms": 40}
    [retry] = find_retries(a_tree(llm("gpt", tokens=(1, 1), notes=[("retry", note), ("retry", None)])))
    assert (retry.name, retry.attempts, retry.recovered, retry.wasted_ms) == ("gpt", 3, True, 40)
    assert [str(error) for error in retry.errors] == ["RateLimitError: slow down", "error"]


def test_retries_inside_one_span_that_failed_gave_up():
    [retry] = find_retries(a_tree(llm("gpt", error=LATE, notes=[("retry", {})])))
    assert (retry.attempts, retry.recovered, len(retry.errors)) == (2, False, 2)


def test_the_rule_of_document_003_counts_any_tool_that_appears_again():
    assert retries(agent("a", ask(), ask("Oslo"), llm("x"), llm("x")), rule="repeated") == [("weather", 2, True)]
    assert retries(agent("a", ask()), agent("b", ask()), rule="repeated") == []


def test_the_order_of_keys_makes_no_other_call():
    first, again = {"city": "Paris", "day": 1}, {"day": 1, "city": "Paris"}
    assert retries(tool("weather", input=first, error=LATE), tool("weather", input=again)) == [("weather", 2, True)]


def test_another_thread_may_try_again():
    threads = [at_once(tool("weather", error=LATE), kind="thread"), at_once(tool("weather"), kind="thread")]
    assert retries(agent("a", threads[0], tool("wait"), threads[1])) == [("weather", 2, True)]
    at_the_same_time = at_once(tool("weather", error=LATE), tool("weather"), kind="thread")
    assert retries(agent("a", at_the_same_time)) == []


def test_the_model_may_ask_again_in_another_thread():
    asks = [at_once(span("chain", "tools", one), kind="thread") for one in (ask(error=LATE), ask())]
    assert retries(agent("a", asks[0], llm("gpt"), asks[1])) == [("weather", 2, True)]


def test_equal_calls_at_several_depths_of_one_step_are_no_retry():
    deeper = span("chain", "tools", ask(error=LATE), span("chain", "more", ask()))
    assert retries(agent("a", deeper)) == []


def test_in_a_file_the_clock_tells_what_was_tried_again():
    def found(*steps):
        return [retry.attempts for retry in find_retries(a_tree(agent("a", *steps)).without_order())]

    assert found(ask(error=LATE), ask()) == [2]
    assert found(at_once(ask(error=LATE), ask())) == []


def test_an_attempt_that_failed_at_once_wasted_nothing():
    [retry] = find_retries(a_tree(ask(error=LATE, ms=0), ask()))
    assert retry.wasted_ms == 0


@pytest.mark.parametrize("payload", [None, "x", {}, {"elapsed_ms": "abc", "type": None, "message": None}, {"type": ""}])
@pytest.mark.parametrize("elapsed", [None, float("nan"), float("inf"), "7"])
def test_a_retry_in_unknown_words_is_a_retry_without_details(payload, elapsed):
    told = payload if not isinstance(payload, dict) else {"elapsed_ms": elapsed} | payload
    [retry] = a_trace(tool("get", notes=[("retry", told)])).retries
    assert (retry.attempts, retry.errors, retry.wasted_ms) == (2, (SpanError(type="error"),), 0.0)


def again(failed, city="Rome", **fields):
    return ask(city, retry_of=failed, **fields)


def test_a_declared_attempt_counts_whatever_its_input():
    attempts = ask(error=LATE), again("weather-2", error=LATE), again("weather-3", "Oslo")
    [retry] = find_retries(a_tree(agent("a", *attempts)))
    assert (retry.attempts, retry.recovered, [one.input["city"] for one in retry.spans]) == (
        3,
        True,
        ["Paris", "Rome", "Oslo"],
    )


def test_attempts_side_by_side_belong_to_the_calls_that_they_are_declared_to_repeat():
    calls = ask(error=LATE), ask(error=LATE)
    tree = a_tree(agent("a", at_once(*calls), at_once(again("weather-3"), again("weather-2", "Oslo"))))
    found = [[one.call_id for one in retry.spans] for retry in find_retries(tree)]
    assert found == [["weather-2", "weather-5"], ["weather-3", "weather-4"]]


def test_a_declared_attempt_ends_what_the_same_input_could_continue():
    assert retries(agent("a", ask(error=LATE), again("weather-2"), ask())) == [("weather", 2, True)]
    assert retries(agent("a", ask(error=LATE), again("weather-2", error=LATE), ask("Rome"))) == [("weather", 3, True)]


def test_an_attempt_may_repeat_what_did_not_fail_or_is_not_there():
    assert retries(agent("a", ask(), again("weather-2"))) == [("weather", 2, True)]
    assert retries(agent("a", ask(), again("elsewhere"))) == []
