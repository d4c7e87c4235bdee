"""TraceLLM's live streams, and the model calls it wraps."""

from typing import Any

import pytest
from langchain_core.runnables import RunnableLambda
from openai import InternalServerError
from tracellm import TracellmCallbackHandler, wrap_openai
from tracellm import trace as traced
from tracellm.trace_stream import TraceStream

from pytest_traces.trace.fixture import TraceFixture
from pytest_traces.trace.trace import Trace
from tests.adapters.doubles import chat_model

MESSAGES: Any = [{"role": "user", "content": "Paris?"}]


def ask(client: Any, **options: Any) -> Any:
    return client.chat.completions.create(model="gpt-4o-mini", messages=MESSAGES, **options)


def explain() -> None:
    with TraceStream("Explain queues", "small-1") as live:
        live.emit("articles.search", "Looking up articles")


LIFE = [("trace.start", None), ("articles.search", {"detail": "Looking up articles"}), ("trace.complete", None)]


def test_a_stream_of_its_own_is_a_span_with_its_events(traces: Trace) -> None:
    explain()
    root = traces.one("Explain queues", type="agent")
    assert (root.model, root.status) == ("small-1", "success")
    assert [(event.type, event.payload) for event in root.events][1:-1] == LIFE


def test_a_stream_within_a_trace_adds_its_events_to_it(traces: Trace) -> None:
    traced(prompt="answer")(explain)()
    assert str(traces) == "agent answer"
    assert [(event.type, event.payload) for event in traces.events][1:-1] == LIFE


def test_a_stream_that_an_exception_leaves_failed(traces: Trace) -> None:
    with pytest.raises(ValueError, match="lost"), TraceStream("Explain queues", "small-1"):
        raise ValueError("lost")
    assert str(traces) == 'agent "Explain queues" ✗ ValueError: lost'


@pytest.mark.parametrize("how", [{}, {"stream": True}], ids=["whole", "streamed"])
def test_a_wrapped_model_says_what_an_act_lets_it(traces: TraceFixture, how: Any) -> None:
    traces.on(type="llm").says("Rain.")
    list(ask(wrap_openai(chat_model.client()), **how))
    assert (traces.one(type="llm").output, traces.one(type="llm").acted) == ("Rain.", "says")


def test_a_wrapped_model_call_is_an_llm_span_with_real_usage(traces: Trace) -> None:
    @traced(prompt="answer")
    def answer() -> Any:
        return list(ask(wrap_openai(chat_model.client())))

    answer()
    call = traces.one("openai_chat", type="llm")
    assert (call.input, call.output, call.model, call.parent.name) == (
        MESSAGES,
        "It is 21 degrees.",
        "gpt-4o-mini",
        "answer",
    )
    assert traces.usage.flat() == {
        "gpt-4o-mini:input_tokens": 100,
        "gpt-4o-mini:output_tokens": 20,
        "gpt-4o-mini:cached_input_tokens": 40,
        "gpt-4o-mini:requests": 1,
    }


def test_a_wrapped_stream_arrives_in_pieces(traces: Trace) -> None:
    assert len(list(ask(wrap_openai(chat_model.client()), stream=True))) == 4
    call = traces.one("openai_chat_stream", type="llm")
    assert call.output == "It is 21 degrees."
    assert [event.chunk for event in call.events if event.type == "chunk"] == chat_model.ANSWER
    assert traces.usage.total_tokens == 120


def test_a_stream_that_is_not_read_to_its_end_is_cancelled(traces: Trace) -> None:
    stream = ask(wrap_openai(chat_model.client()), stream=True)
    next(stream)
    stream.close()
    assert traces.one("openai_chat_stream").status == "cancelled"


def test_a_failed_model_call_failed_although_the_package_calls_its_step_a_success(traces: Trace) -> None:
    with pytest.raises(InternalServerError):
        list(ask(wrap_openai(chat_model.client(fails=1))))
    assert traces.one("openai_chat").error.type == "InternalServerError"


def test_a_run_of_langchain_is_there_once_though_the_handler_collects_it_too(traces: Trace) -> None:
    handler = TracellmCallbackHandler()
    geocode = RunnableLambda(lambda city: city.upper()).with_config(run_name="geocode")
    geocode.invoke("Paris", config={"callbacks": [handler]})
    handler.flush_trace(prompt="Paris?", response="PARIS")
    assert traces.spans.names == ["geocode"]
