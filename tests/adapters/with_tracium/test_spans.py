"""Tracium's spans: everything a program says of one, what the SDK drops included."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import tracium
from tracium.context.trace_context import CURRENT_SPAN
from tracium.helpers.parallel_tracker import ParallelExecutionContext

from pytest_traces.trace.trace import Trace

client = tracium.init(auto_instrument_llm_clients=False, auto_instrument_langchain=False)


@pytest.fixture
def desk(trace: Trace) -> Any:
    with client.agent_trace(agent_name="desk", model_id="small-1") as handle:
        yield handle


def test_types_are_taken_as_they_are_and_a_span_without_name_is_called_by_its_type(desk: Any, trace: Trace) -> None:
    for span_type in ("llm", "retrieval", "tool", "plan", "action", "reranking"):
        with desk.span(span_type=span_type):
            pass
    spans = trace.one("desk").children
    assert [span.type for span in spans] == spans.names == ["llm", "retrieval", "tool", "plan", "action", "reranking"]


def test_nested_spans_find_their_parents(desk: Any, trace: Trace) -> None:
    with desk.span(span_type="plan", name="analyze"):
        with tracium.span(span_type="retrieval", name="search"):
            pass
        with desk.span(span_type="llm", name="generate"):
            pass
    assert trace.one("analyze").children.names == ["search", "generate"]
    assert trace.one("generate").path == "desk.analyze.generate"
    assert [span.attributes["depth_level"] for span in trace.one("desk").descendants] == [0, 1, 1]


def test_a_chosen_parent_and_a_chosen_id_are_honoured(desk: Any, trace: Trace) -> None:
    with desk.span(span_type="plan", name="first", span_id="span-1"):
        pass
    with desk.span(span_type="tool", name="second", parent_span_id="span-1", depth_level=5):
        pass
    second = trace.one("second")
    assert (second.parent_call_id, second.parent.name) == ("span-1", "first")
    assert second.attributes["depth_level"] == 5


def test_an_id_chosen_twice_loses_no_span(desk: Any, trace: Trace) -> None:
    for _ in range(2):
        with desk.span(span_type="tool", name="again", span_id="span-1"):
            pass
    assert [span.call_id for span in trace.find("again")] == ["span-1", "span-1#2"]


def test_a_recorded_span_has_the_latency_it_declares_and_keeps_its_metadata(desk: Any, trace: Trace) -> None:
    desk.record_span(
        span_type="tool",
        name="lookup",
        input={"key": "user_123"},
        output={"name": "John"},
        latency_ms=45,
        status="completed",
        metadata={"source": "table"},
        tags=["cached"],
    )
    span = trace.one("lookup")
    assert round(span.elapsed) == 45
    assert (span.input, span.output) == ({"key": "user_123"}, {"name": "John"})
    assert (span.metadata, span.tags, span.status) == ({"source": "table"}, ("cached",), "success")


def test_a_recorded_span_with_an_error_failed(desk: Any, trace: Trace) -> None:
    desk.record_span(span_type="tool", name="post", error="ledger is closed")
    assert (trace.one("post").status, str(trace.one("post").error)) == ("error", "Error: ledger is closed")


def test_a_declared_start_is_believed(desk: Any, trace: Trace) -> None:
    began = datetime.now(UTC) - timedelta(seconds=3)
    with desk.span(span_type="llm", name="call", started_at=began, latency_ms=2000):
        pass
    assert trace.one("call").t0 == began.timestamp() * 1000
    assert trace.one("call").elapsed == 2000


def test_values_are_copied_when_they_are_recorded(desk: Any, trace: Trace) -> None:
    question, answer = {"city": "Oslo"}, {"pages": [12]}
    with desk.span(span_type="retrieval", name="book", input={"ignored": True}) as book:
        book.record_input(question)
        book.record_output(answer)
        question["city"] = "Rome"
        answer["pages"].append(40)
    assert (trace.one("book").input, trace.one("book").output) == ({"city": "Oslo"}, {"pages": [12]})


def test_long_values_are_kept_whole(desk: Any, trace: Trace) -> None:
    with desk.span(span_type="tool", name="read", input="x" * 200_000):
        pass
    assert len(trace.one("read").input) == 200_000


def test_tokens_are_counted_by_model(desk: Any, trace: Trace) -> None:
    with desk.span(span_type="llm", name="a", model_id="large-2", input_tokens=10) as call:
        call.set_token_usage(input_tokens=150, output_tokens=200, cached_input_tokens=50, cache_creation_input_tokens=7)
    with desk.span(span_type="llm", name="b") as call:
        call.set_token_usage(input_tokens=1, output_tokens=2)
    assert trace.usage.flat() == {
        "large-2:input_tokens": 150,
        "large-2:output_tokens": 200,
        "large-2:cached_input_tokens": 50,
        "large-2:cache_creation_input_tokens": 7,
        "large-2:requests": 1,
        "small-1:input_tokens": 1,
        "small-1:output_tokens": 2,
        "small-1:requests": 1,
    }
    assert trace.one("desk").usage == trace.usage


def test_a_model_named_late_counts(desk: Any, trace: Trace) -> None:
    with desk.span(span_type="llm", name="call") as call:
        call.set_model_id("large-2")
        call.set_token_usage(input_tokens=1, output_tokens=2)
    assert trace.one("call").model == "large-2"
    assert list(trace.usage.by_model) == ["large-2"]


def test_tags_and_metadata_are_kept_and_can_be_asked_for(desk: Any, trace: Trace) -> None:
    with desk.span(span_type="plan", name="outline", tags=["draft"], metadata={"rev": 1}) as plan:
        plan.add_tags(["final"])
        plan.add_metadata({"approved": True})
    span = trace.one(tags="final")
    assert (span.name, span.tags, span.metadata) == ("outline", ("draft", "final"), {"rev": 1, "approved": True})


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("completed", "success"),
        ("failed", "error"),
        ("cancelled", "cancelled"),
        ("timeout", "timeout"),
        ("blocked", "blocked"),
        ("in_progress", "success"),
        ("half done", "success"),
    ],
)
def test_a_status_arrives_in_our_words_and_in_theirs(desk: Any, trace: Trace, said: str, status: str) -> None:
    with desk.span(span_type="tool", name="step") as step:
        step.set_status(said)
    assert trace.one("step").status == status
    assert trace.one("step").attributes["status"] == ("completed" if said == "in_progress" else said)


def test_an_exception_fails_its_span_and_what_the_program_says_goes_first(desk: Any, trace: Trace) -> None:
    def risky(says: str | None) -> None:
        with desk.span(span_type="tool", name="risky") as span:
            if says is not None:
                span.mark_failed(says)
            raise TimeoutError("upstream")

    for says in (None, "Operation timed out: upstream"):
        with pytest.raises(TimeoutError):
            risky(says)
    assert [str(span.error) for span in trace.find("risky")] == [
        "TimeoutError: upstream",
        "TimeoutError: Operation timed out: upstream",
    ]


def test_a_failure_marked_in_a_handler_has_the_type_of_what_was_handled(desk: Any, trace: Trace) -> None:
    with desk.span(span_type="tool", name="inside") as span:
        try:
            raise ConnectionError("refused")
        except ConnectionError as problem:
            span.mark_failed(f"offline: {problem}")
    try:
        raise ConnectionError("refused")
    except ConnectionError:
        with desk.span(span_type="tool", name="fallback") as span:
            span.mark_failed("voucher expired")
    assert str(trace.one("inside").error) == "ConnectionError: offline: refused"
    assert str(trace.one("fallback").error) == "Error: voucher expired"


def test_tools_and_tool_calls_are_metadata(desk: Any, trace: Trace) -> None:
    tools, calls = [{"name": "get_weather"}], [{"id": "call_1", "function": {"name": "get_weather"}}]
    with desk.span(span_type="llm", name="chat") as call:
        call.set_tools(tools)
        call.set_tool_calls(calls)
        with desk.tool_execution("get_weather", tool_call_id="call_1", input={"city": "Paris"}) as tool:
            tool.record_output({"temp": 21})
    assert trace.one("chat").metadata == {"tools": tools, "tool_calls": calls}
    tool = trace.one("get_weather", type="tool", input={"city": "Paris"}, output={"temp": 21})
    assert (tool.metadata, tool.parent.name) == ({"tool_call_id": "call_1"}, "chat")


@tracium.agent_span(span_type="tool", capture_return=True, metadata={"rev": 1})
def double(value: int) -> int:
    return 2 * value


def test_a_decorated_function_is_a_span(desk: Any, trace: Trace) -> None:
    assert double(21) == 42
    span = trace.one("double")
    assert (span.type, span.output, span.tags, span.metadata) == (
        "tool",
        {"return": 42},
        ("@span:double",),
        {"rev": 1},
    )


def test_a_failed_decorated_function_runs_again_outside_its_span_and_that_is_pointed_out(
    desk: Any, trace: Trace
) -> None:
    ran = []

    @tracium.agent_span(span_type="tool")
    def flaky() -> None:
        ran.append(1)
        raise KeyError("order 7")

    with pytest.raises(KeyError):
        flaky()
    assert len(ran) == 2
    [event] = [event for event in trace.one("flaky").events if event.type == "run_again"]
    assert event.payload == {"by": "agent_span", "error": "KeyError: 'order 7'"}


def test_what_is_reported_straight_to_the_client_is_recorded(trace: Trace) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    ended = (began + timedelta(seconds=2)).isoformat()
    span = {"id": "s1", "span_type": "llm", "name": "batch", "model_id": "m", "started_at": began.isoformat()}
    client.record_agent_spans("trace-1", [span | {"status": "in_progress"}])
    client.record_agent_spans("trace-1", [span | {"status": "completed", "completed_at": ended, "input_tokens": 3}])
    client.record_agent_spans("trace-1", [{"id": "s2", "parent_span_id": "s1", "error": "lost", "status": "failed"}])
    assert str(trace) == "llm batch\n└─ span span ✗ Error: lost"
    assert trace.one("batch").elapsed == 2000
    assert trace.usage.input_tokens == 3
    assert {one.run_id for one in trace.spans} == {"trace-1"}


def test_an_update_amends_a_span_that_is_over(desk: Any, trace: Trace) -> None:
    with desk.span(span_type="llm", name="assistant", span_id="s1"):
        pass
    client.update_agent_span(desk.id, "s1", {"status": "failed", "error": "expired", "output_text": "I was about to"})
    span = trace.one("assistant")
    assert (span.status, str(span.error), span.output) == ("error", "Error: expired", "I was about to")


def test_the_sdks_own_groups_are_attributes_only(desk: Any, trace: Trace) -> None:
    with ParallelExecutionContext() as group:
        for name in ("a", "b"):
            with desk.span(span_type="tool", name=name):
                pass
    assert [span.attributes["parallel_group_id"] for span in trace.tools] == [group.group_id] * 2
    assert "∥" not in str(trace)


def test_nothing_is_current_after_the_spans(trace: Trace) -> None:
    with client.agent_trace(agent_name="desk") as desk, desk.span(span_type="tool", name="step"):
        pass
    assert CURRENT_SPAN.get() is None


def test_a_span_entered_twice_is_two(desk: Any, trace: Trace) -> None:
    again = desk.span(span_type="tool", name="again")
    for _ in range(2):
        with again:
            pass
    assert [span.status for span in trace.find("again")] == ["success", "success"]


def test_a_span_that_names_itself_as_its_parent_is_not_lost(trace: Trace) -> None:
    itself = {"span_id": "s", "parent_span_id": "s"}
    with client.agent_trace(agent_name="desk") as desk, desk.span(span_type="tool", name="loop", **itself):
        pass
    assert trace.roots.names == ["desk", "loop"]
