"""Spans of other tools in files: what reading them adds to what their attributes mean."""

from __future__ import annotations

import pytest

from pytest_traces.errors import CorruptFile
from tests.formats.files import START_NS, any_value, load, one_span, otlp, otlp_span, span_id

LLM = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o"}


def test_a_model_call_that_reported_no_usage_is_unknown_and_not_zero(tmp_path):
    assert one_span(tmp_path, attributes=LLM).usage.unreported == ("work",)


@pytest.mark.parametrize("count", [float("nan"), "NaN", -1, 1.5, True, 10**30])
@pytest.mark.parametrize(
    "more", [{}, {"gen_ai.operation.name": "embeddings"}, {"error.type": "KeyError"}, {"error.type": "CancelledError"}]
)
def test_a_call_with_a_count_that_is_none_is_unknown_as_a_whole(tmp_path, count, more):
    said = LLM | {"gen_ai.usage.input_tokens": count, "gen_ai.usage.output_tokens": 3}
    usage = one_span(tmp_path, attributes=said | more).usage
    assert (usage.by_model, usage.unreported) == ({}, ("work",))


def test_usage_that_an_agent_repeats_is_not_counted(tmp_path):
    counted = {"gen_ai.usage.input_tokens": 100}
    agent = otlp_span(1, attributes={"gen_ai.operation.name": "invoke_agent", **counted})
    trace = load(tmp_path, otlp(agent, otlp_span(2, parent=1, attributes=LLM | counted)))
    assert (trace.usage.input_tokens, trace.roots[0].usage.input_tokens) == (100, 100)


def test_a_model_call_within_a_model_call_is_counted_once(tmp_path):
    counted = LLM | {"gen_ai.usage.input_tokens": 100}
    trace = load(tmp_path, otlp(otlp_span(1, attributes=counted), otlp_span(2, parent=1, attributes=counted)))
    assert (trace.usage.input_tokens, trace.usage.requests) == (100, 1)


def test_events_of_a_span_are_its_messages_and_its_events(tmp_path):
    events = [
        {"timeUnixNano": str(START_NS), "name": name, "attributes": [{"key": "content", "value": any_value(text)}]}
        for name, text in [("gen_ai.user.message", "Hello"), ("gen_ai.choice", "Hi!")]
    ]
    span = one_span(tmp_path, attributes=LLM, events=events)
    assert (span.input, span.output) == ([{"role": "user", "content": "Hello"}], [{"content": "Hi!"}])
    assert [event.type for event in span.events] == ["start", "gen_ai.user.message", "gen_ai.choice", "output"]


def test_an_event_at_no_time_is_an_error(tmp_path):
    event = {"timeUnixNano": "9" * 30, "name": "x"}
    with pytest.raises(CorruptFile) as failure:
        one_span(tmp_path, attributes={}, events=[event])
    what = "line 1: span 'work': a 'x' event is at 1e+24, expected Unix milliseconds"
    assert str(failure.value) == f"{tmp_path / 'trace.json'}, {what}\n\nhint: export the trace again"


def test_requests_an_sdk_sent_again_are_retries(tmp_path):
    trace = load(tmp_path, otlp(otlp_span(1, attributes=LLM | {"http.request.resend_count": 2})))
    [retry] = trace.retries
    assert (retry.attempts, retry.recovered) == (3, True)


def test_copies_of_running_spans_that_logfire_exports_are_left_out(tmp_path):
    pending = otlp_span(2, parent=1, attributes={"logfire.span_type": "pending_span"})
    assert len(load(tmp_path, otlp(otlp_span(1), pending))) == 1


def test_a_tool_call_has_the_id_by_which_the_model_asked_for_it(tmp_path):
    asked = {"gen_ai.tool.name": "get_weather", "gen_ai.tool.call.id": "call_1"}
    trace = load(tmp_path, otlp(otlp_span(1, attributes=asked), otlp_span(2, "request", parent=1, ms=1)))
    assert trace["call_1"].children.names == ["request"]


def test_the_first_of_two_attempts_of_a_tool_call_has_its_id(tmp_path):
    asked = {"gen_ai.tool.name": "get_weather", "gen_ai.tool.call.id": "call_1"}
    trace = load(tmp_path, otlp(otlp_span(2, ms=20, attributes=asked), otlp_span(1, attributes=asked)))
    assert list(trace) == ["call_1", span_id(2)]


def test_a_tool_call_exported_twice_is_one_span(tmp_path):
    asked = {"gen_ai.tool.name": "get_weather", "gen_ai.tool.call.id": "call_1"}
    running = otlp_span(1, attributes=asked) | {"endTimeUnixNano": "0"}
    assert list(load(tmp_path, otlp(running), otlp(otlp_span(1, attributes=asked)))) == ["call_1"]


def test_a_tool_call_does_not_take_the_id_of_another_span(tmp_path):
    asked = {"gen_ai.tool.name": "get_weather", "gen_ai.tool.call.id": span_id(2)}
    assert list(load(tmp_path, otlp(otlp_span(1, attributes=asked), otlp_span(2, ms=20)))) == [span_id(1), span_id(2)]


HTTP = {"http.request.method": "POST"}
TOOL = {"mcp.method.name": "tools/call", "gen_ai.tool.name": "get_weather"}


@pytest.mark.parametrize(
    ("spans", "shown", "machinery"),
    [
        ([LLM, HTTP], ["llm work"], ["work"]),
        ([{"gen_ai.tool.name": "get_weather"}, HTTP], ["tool get_weather", "└─ http work"], []),
        ([TOOL, TOOL], ["tool get_weather"], ["get_weather"]),
        ([{"mcp.method.name": "initialize"}, HTTP], ["http work"], ["work"]),
        ([{"mcp.method.name": "notifications/progress"}, TOOL], ["tool get_weather"], ["work"]),
        ([{"mcp.method.name": "resources/read"}, TOOL], ["mcp work", "└─ tool get_weather"], []),
    ],
)
def test_steps_of_a_library_itself_are_machinery(tmp_path, spans, shown, machinery):
    above, below = spans
    trace = load(tmp_path, otlp(otlp_span(1, attributes=above), otlp_span(2, parent=1, ms=1, attributes=below)))
    assert (str(trace).splitlines(), trace.machinery.names) == (shown, machinery)
