"""Document 000: events, traces, runs. One test for each statement."""

import pytest
from pydantic import ValidationError

from pytest_traces.model.consumption.usage import Usage
from pytest_traces.runtime import InMemoryTracingProvider, get_run_context, install, span, trace_tool
from pytest_traces.runtime import trace as traced
from pytest_traces.trace.selection import Span


@trace_tool
def get_time(city):
    return "12:00"


@traced(name="agent")
def ask(text):
    with span(span_type="llm", name="llm", model_id="openai/gpt-4o-mini", metadata={"ttft": 1.2, "tps": 103.4}) as llm:
        llm.record_input({"messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]})
        llm.record_output({"role": "assistant", "content": [{"type": "text", "text": "Hello!"}]})
        llm.set_token_usage(input_tokens=32, output_tokens=10)
    return get_time("Paris")


def test_events_stream_during_execution():
    seen = []

    @traced
    def talk():
        yield "a"
        seen.append("still running")

    events = iter(talk.stream())
    assert next(events).type == "start"
    assert next(event for event in events if event.type == "chunk").chunk == "a"
    assert list(events)[-1].type == "output"
    assert seen == ["still running"]


def test_events_are_immutable(trace):
    ask("Hello")
    with pytest.raises(ValidationError, match="frozen"):
        trace.events[0].type = "chunk"


def test_events_tell_of_start_progress_and_completion(trace):
    @traced
    def talk():
        yield "piece"

    list(talk())
    assert [event.type for event in trace.events if event.type != "stage"] == ["start", "chunk", "output"]


def test_what_events_told_is_captured_in_the_trace(trace):
    outputs = {event.path: event.payload for event in ask.stream("Hello") if event.type == "output"}
    assert outputs["agent.llm"]["output"] == trace.one("llm").output
    assert outputs["agent.get_time"]["input"] == trace.one("get_time").input
    assert outputs["agent"]["usage"] == trace.one("agent").usage.flat()


def test_a_trace_captures_every_execution(trace):
    ask("Hello")
    ask("Goodbye")
    assert trace.spans.names == ["agent", "llm", "get_time", "agent", "llm", "get_time"]


def test_a_single_span_inside_the_trace_looks_like_the_documents(trace):
    ask("Hello")
    llm = trace.one("llm")
    assert (llm.path, llm.parent_call_id) == ("agent.llm", trace.one("agent").call_id)
    assert 1_600_000_000_000 < llm.t0 <= llm.t1
    assert llm.input == {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]}
    assert llm.output == {"role": "assistant", "content": [{"type": "text", "text": "Hello!"}]}
    assert llm.metadata == {"ttft": 1.2, "tps": 103.4}
    assert (llm.type, llm.model) == ("llm", "openai/gpt-4o-mini")


def test_the_sample_span_can_be_written_down():
    llm_span = Span(
        name="llm",
        type="llm",
        path="agent.llm",
        call_id="068c4458383678be800031537a8df42e",
        parent_call_id="068c4458382e708f8000cc0f9b19d970",
        run_id="068c4458382e708f8000cc0f9b19d970",
        t0=1640995200000,  # Start time (Unix ms)
        t1=1640995201000,  # End time (Unix ms)
        input={
            "model": "openai/gpt-4o-mini",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}],
        },
        output={
            "role": "assistant",
            "content": [{"type": "text", "text": "Hello! How can I assist you today?"}],
        },
        usage=Usage.from_flat({"openai/gpt-4o-mini:input_tokens": 32, "openai/gpt-4o-mini:output_tokens": 10}),
        metadata={"ttft": 1.218775834015105, "tps": 103.44992571967803},
        model="openai/gpt-4o-mini",
    )
    assert llm_span.elapsed == 1000
    assert llm_span.usage.total_tokens == 42


def test_usage_is_keyed_by_model_and_unit(trace):
    ask("Hello")
    assert trace.usage.flat() == {
        "openai/gpt-4o-mini:input_tokens": 32,
        "openai/gpt-4o-mini:output_tokens": 10,
        "openai/gpt-4o-mini:requests": 1,
    }


def test_spans_are_stored_in_a_mapping_by_call_id(trace):
    ask("Hello")
    assert {call_id: span.call_id for call_id, span in trace.items()} == {call_id: call_id for call_id in trace}
    assert trace[trace.one("llm").call_id] is trace.one("llm")


def test_the_trace_is_reached_during_a_run_through_the_run_context(trace):
    @traced
    def agent():
        get_time("Paris")
        context = get_run_context()
        return [span.name for span in context.trace.values()], context.step_span("get_time").output

    assert agent() == (["agent", "get_time"], "12:00")


def test_the_trace_is_reached_after_a_run_through_the_provider():
    provider = InMemoryTracingProvider()
    with install(provider):
        ask("Hello")
    [run] = provider.runs
    assert [span.name for span in run.tree.spans] == ["agent", "llm", "get_time"]


def test_a_run_lasts_from_the_call_until_it_finishes(trace):
    ask("Hello")
    [run] = trace.runs
    assert run.root is trace.one("agent")
    assert (run.status, run.elapsed) == ("success", trace.one("agent").elapsed)


def test_a_simple_execution_is_one_span(trace):
    get_time("Paris")
    [run] = trace.runs
    assert [span.name for span in run.spans] == ["get_time"]


def test_a_complex_execution_is_many_spans(trace):
    ask("Hello")
    [run] = trace.runs
    assert [span.type for span in run.spans] == ["agent", "llm", "tool"]


def test_all_spans_of_a_run_share_its_run_id(trace):
    @traced
    def agent():
        get_time("Paris")
        return get_run_context().id

    run_id = agent()
    assert [span.run_id for span in trace.values()] == [run_id, run_id]


def test_without_a_run_there_is_no_run_context(trace):
    assert get_run_context() is None
