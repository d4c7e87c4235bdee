"""What Anthropic's SDK tells of a call to OpenTelemetry: shown once, counted once."""

from typing import Any

from anthropic import Anthropic
from langchain_anthropic import ChatAnthropic

from pytest_traces import Trace
from tests.adapters.doubles.wire import ASK, busy, client
from tests.adapters.with_anthropic.replies import message, stream

ASKED: Any = {"model": "claude-x", "max_tokens": 99, "messages": ASK}


def test_the_sdks_own_span_is_not_shown(trace: Trace) -> None:
    model = client(Anthropic, busy(), message(), stream())
    model.messages.create(**ASKED)
    with model.messages.stream(**ASKED) as events:
        events.get_final_message()
    assert [(call.name, call.source) for call in trace.llms] == [("claude-x", "anthropic")] * 2
    assert [(one.name, one.source) for one in trace.machinery] == [("anthropic.messages.create", "opentelemetry")] * 2
    assert (trace.usage.total_tokens, trace.usage.requests) == (60, 2)
    assert [retry.attempts for retry in trace.retries] == [2]


def test_a_chat_model_of_langchain_is_one_call(trace: Trace) -> None:
    model = ChatAnthropic(model="claude-x", api_key="k", max_tokens=99)
    vars(model)["_client"] = client(Anthropic, busy(), message())
    model.invoke("Weather?")
    assert [(call.name, call.source) for call in trace.llms] == [("claude-x", "langchain")]
    assert (trace.usage.total_tokens, trace.usage.requests) == (30, 1)
    assert [retry.attempts for retry in trace.retries] == [2]
