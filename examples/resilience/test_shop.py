"""What the shop does in an outage, with nonsense from a model, and with a busy provider: acts cause them."""

import pytest
from openai import OpenAI, RateLimitError
from shop import buy, review

WISH = "I want a book."
ANSWER = {"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Fine."}}]}


def test_it_recovers_from_an_outage(trace):
    trace.on("charge_card").raises(TimeoutError("bank is down"))
    assert buy(WISH) == "It is yours."
    assert trace.one("charge_card", status="success").input == {"euros": 12}
    assert trace.retries[0].recovered
    trace.assert_span_tree()


def test_it_recovers_from_malformed_arguments(trace):
    trace.on(type="llm").after(1).calls("charge_card", {"euros": "twelve"})
    assert buy(WISH) == "It is yours."
    assert [call.status for call in trace.find("charge_card")] == ["error", "success"]


def test_it_recovers_from_a_tool_that_does_not_exist(trace):
    trace.on(type="llm").calls("steal", {"item": "book"})
    assert buy(WISH) == "It is yours."
    trace.assert_once("reserve")


def test_no_single_failure_charges_the_card_twice(trace):
    for outage in trace.sweep(lambda: buy(WISH), type="tool", raises=TimeoutError("down")):
        outage.assert_once("charge_card", status="success")


def test_a_busy_provider_is_asked_again(trace):
    trace.without_waiting()
    trace.on(type="llm").responds(429, times=2, headers={"retry-after": "20"})
    trace.on(type="llm").responds(
        200, body={"id": "1", "object": "chat.completion", "created": 0, "model": "m", **ANSWER}
    )
    assert review("Nice.", OpenAI(api_key="none")) == "Fine."
    assert (trace.retries[0].attempts, trace.retries[0].skipped_ms) == (3, 40_000)


def test_a_provider_that_stays_busy_is_given_up(trace):
    trace.without_waiting()
    trace.on(type="llm").responds(429, times=3)
    with pytest.raises(RateLimitError):
        review("Nice.", OpenAI(api_key="none"))
