"""Calls inside the span of another library, or of the program, which tells of the same call."""

from openai import OpenAI

from pytest_traces import Trace
from pytest_traces.runtime import span
from tests.adapters.wire import ASK, busy, client
from tests.adapters.with_openai.replies import chat

ASKED = {"model": "gpt-4o-mini", "messages": ASK}


def test_a_call_inside_a_model_call_is_its_attempt_and_shown_once(trace: Trace) -> None:
    with span(span_type="llm", name="answer"):
        client(OpenAI, chat()).chat.completions.create(**ASKED)
    assert str(trace) == "llm answer"
    assert trace.machinery.names == ["gpt-4o-mini"]
    assert trace.usage.total_tokens == 30
    assert trace.usage.requests == 1


def test_the_attempts_of_a_hidden_call_are_those_of_the_call_that_is_shown(trace: Trace) -> None:
    with span(span_type="llm", name="answer"):
        client(OpenAI, busy(), chat()).chat.completions.create(**ASKED)
    assert [(retry.name, retry.attempts) for retry in trace.retries] == [("answer", 2)]


def test_a_call_of_a_tool_of_a_model_call_is_one_of_its_own(trace: Trace) -> None:
    with span(span_type="llm", name="answer") as call:
        call.set_token_usage(input_tokens=1, output_tokens=1)
        with span(span_type="tool", name="summarise"):
            client(OpenAI, chat()).chat.completions.create(**ASKED)
    assert trace.llms.names == ["answer", "gpt-4o-mini"]
    assert trace.usage.total_tokens == 32
