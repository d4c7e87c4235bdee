"""What Tracium records by itself: calls through the OpenAI SDK, over HTTP, from LangChain, in web applications."""

from collections.abc import Iterator
from typing import Any

import httpx
import httpx2
import pytest
import tracium
from anthropic import Anthropic
from langchain_core.language_models import FakeListChatModel
from openai import InternalServerError

from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.trace import Trace
from tests.adapters.doubles import chat_model

client = tracium.init()

MESSAGES: Any = [{"role": "user", "content": "Paris?"}]


def ask(model: Any) -> Any:
    return model.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES)


def listen(model: Any) -> list[Any]:
    return list(model.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, stream=True))


@pytest.mark.parametrize("test", ["first", "second"])
def test_a_model_call_outside_of_any_trace_makes_one_named_after_the_test(trace: Trace, test: str) -> None:
    ask(chat_model.client())
    root = trace.one(type="agent")
    assert root.name == "test-a-model-call-outside-of-any-trace-makes-one-named-after-the-test"
    assert (root.status, root.tags) == ("success", ("@openai",))
    call = trace.one("ask", type="llm")
    assert (call.input, call.output, call.model) == (MESSAGES, "It is 21 degrees.", "gpt-4o-mini")


def test_an_automatic_trace_lasts_from_its_first_call_to_its_last(trace: Trace) -> None:
    model = chat_model.client()
    ask(model)
    assert trace.one(type="agent").t1 is not None
    ask(model)
    root = trace.one(type="agent")
    assert root.children.names == ["ask", "ask"]
    assert root.t1 >= root.children.last().t1


def test_the_next_test_starts_without_it(trace: Trace) -> None:
    with client.agent_trace(agent_name="desk"):
        ask(chat_model.client())
    assert str(trace) == "agent desk\n└─ llm ask"


def test_a_model_says_what_an_act_lets_it(trace: TraceFixture) -> None:
    trace.on(type="llm").says("Rain.")
    assert ask(chat_model.client()).choices[0].message.content == "Rain."
    assert (trace.one(type="llm").output, trace.one(type="llm").acted) == ("Rain.", "says")


@pytest.mark.parametrize("test", ["first", "second"])
def test_an_answer_to_a_tool_call_is_not_below_a_call_of_the_test_before(trace: Trace, test: str) -> None:
    asked = {"role": "tool", "tool_call_id": "call_1", "content": "21"}
    with client.agent_trace(agent_name="desk", trace_id="trace-1") as desk:
        chat_model.client().chat.completions.create(model="gpt-4o-mini", messages=[*MESSAGES, asked])
        with desk.span(span_type="llm", name="asks") as call:
            call.set_tool_calls([{"id": "call_1"}])
    assert [span.parent.name for span in trace.llms] == ["desk", "desk"]


def test_a_failed_call_that_was_made_again_leaves_an_automatic_trace_well(trace: Trace) -> None:
    model = chat_model.client(fails=1)
    with pytest.raises(InternalServerError):
        ask(model)
    assert trace.one(type="agent").status == "error"
    ask(model)
    assert [span.status for span in trace.llms] == ["error", "success"]
    assert trace.status == "warning"


def test_cached_tokens_are_a_part_of_those_read_although_the_sdk_takes_them_out(trace: Trace) -> None:
    ask(chat_model.client())
    assert trace.usage.flat() == {
        "gpt-4o-mini:input_tokens": 100,
        "gpt-4o-mini:output_tokens": 20,
        "gpt-4o-mini:cached_input_tokens": 40,
        "gpt-4o-mini:requests": 1,
    }


def test_an_answer_of_anthropic_keeps_the_cached_tokens_the_sdk_leaves_out(trace: Trace) -> None:
    usage = {"input_tokens": 60, "output_tokens": 20, "cache_read_input_tokens": 35, "cache_creation_input_tokens": 5}
    said = {"id": "m", "type": "message", "role": "assistant", "model": "claude", "content": [], "usage": usage}
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, json=said))
    anthropic = Anthropic(api_key="k", http_client=httpx2.Client(transport=transport), max_retries=0)
    with client.agent_trace(agent_name="desk"):
        anthropic.messages.create(model="claude", max_tokens=10, messages=MESSAGES)
    assert [span.type for span in trace.one("desk").children] == ["llm"]
    assert trace.usage.flat() == {
        "claude:input_tokens": 100,
        "claude:output_tokens": 20,
        "claude:cached_input_tokens": 35,
        "claude:cache_creation_input_tokens": 5,
        "claude:requests": 1,
    }


def test_a_streamed_answer_is_a_span_with_its_whole_text_and_usage(trace: Trace) -> None:
    with client.agent_trace(agent_name="desk"):
        listen(chat_model.client())
    assert trace.one("listen").output == "It is 21 degrees."
    assert trace.usage.total_tokens == 120


def test_a_call_over_http_is_a_span_of_the_open_trace(trace: Trace) -> None:
    said = {
        "model": "m",
        "choices": [{"message": {"role": "assistant", "content": "hi"}}],
        "usage": {"prompt_tokens": 3},
    }
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=said))
    with client.agent_trace(agent_name="desk"), httpx.Client(transport=transport) as http:
        http.post("https://api.groq.com/openai/v1/chat/completions", json={"model": "m", "messages": MESSAGES})
    call = trace.one(type="llm")
    assert (call.model, call.usage.input_tokens) == ("m", 3)


def test_a_langchain_model_is_a_span_of_the_open_trace(trace: Trace) -> None:
    with client.agent_trace(agent_name="desk"):
        FakeListChatModel(responses=["hello"]).invoke("hi")
    assert [span.type for span in trace.one("desk").children] == ["llm"]


def test_requests_to_a_web_application_are_runs_of_their_own(trace: Trace) -> None:
    model = chat_model.client()

    def application(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        return iter([ask(model).choices[0].message.content.encode()])

    served = tracium.wrap_wsgi_app(application)
    for path in ("/paris", "/rome"):
        answer = served({"PATH_INFO": path, "REQUEST_METHOD": "GET"}, lambda status, headers, *_: None)
        assert b"".join(answer) == b"It is 21 degrees."
    assert [run.root.children.names for run in trace.runs] == [["ask"], ["ask"]]
