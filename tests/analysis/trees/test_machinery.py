"""The steps of a framework are left out of the tree: their children move up, order and usage stay."""

import pytest

from pytest_traces import EmptyTrace, SpanNotFound
from pytest_traces.adapters.toolkit.source import Source
from pytest_traces.runtime import agent_trace
from pytest_traces.runtime.tracing.run_context import get_run_context
from pytest_traces.trace.fixture import TraceFixture
from tests.builders import a_trace, agent, at_once, llm, span, tool

OTEL = {"source": "opentelemetry", "repeats": frozenset({"openai"})}


def step(name, *below, **fields):
    return span("chain", name, *below, machinery=True, **fields)


def drawn(trace):
    return str(trace).splitlines()


def test_a_child_of_a_framework_step_belongs_to_the_span_above():
    trace = a_trace(agent("weather", step("loop", step("turn", llm("gpt-4o"), tool("geocode"))), tool("get_time")))
    assert drawn(trace) == ["agent weather", "├─ llm gpt-4o", "├─ tool geocode", "└─ tool get_time"]
    assert trace.one("geocode").parent == trace.one("weather")
    assert trace.one("geocode").path == "weather.geocode"


def test_a_child_of_a_step_without_a_parent_is_a_root_of_the_same_run():
    trace = a_trace(step("sequence", tool("geocode"), tool("get_time")))
    assert trace.roots.names == ["geocode", "get_time"]
    assert trace.roots[0].path == "geocode"
    assert len(trace.runs) == 1


def test_the_run_that_a_step_opened_is_the_run_of_its_children():
    trace = a_trace(agent("weather", step("graph", tool("geocode"), run_id="run-7")))
    assert trace.one("geocode").run_id == "run-7"


def test_machinery_selects_what_is_left_out_where_it_really_was():
    trace = a_trace(agent("weather", step("loop", step("turn", tool("geocode")))))
    assert trace.machinery.names == ["loop", "turn"]
    turn = trace.machinery.one("turn")
    assert (turn.parent.name, turn.children.names) == ("loop", ["geocode"])
    assert trace.spans.names == ["weather", "geocode"]
    assert "turn" not in trace.span_tree()


def test_machinery_is_empty_if_there_is_none_and_an_error_if_nothing_was_recorded():
    assert not a_trace(agent("weather")).machinery
    with pytest.raises(EmptyTrace, match=r"^nothing was recorded"):
        _ = a_trace().machinery


def test_a_query_does_not_find_machinery():
    with pytest.raises(SpanNotFound, match="expected 1 span 'loop', found 0"):
        a_trace(agent("weather", step("loop", tool("geocode")))).one("loop")


def test_a_trace_of_machinery_alone_is_empty():
    with pytest.raises(EmptyTrace, match=r"^nothing was recorded"):
        a_trace(step("loop")).assert_never("delete_*")


def test_concurrent_spans_are_concurrent_without_the_steps_around_them():
    trace = a_trace(
        agent("weather", at_once([step("a", tool("geocode"))], [step("b", tool("get_time"))]), step("c", llm("x")))
    )
    assert drawn(trace) == ["agent weather", "├─ ∥ tool geocode", "├─ ∥ tool get_time", "└─ llm x"]


def test_a_declared_order_of_steps_is_the_order_of_their_children():
    second = step("b", tool("second"), after=frozenset({"a"}))
    third = step("empty", after=frozenset({"b"}), call_id="empty")
    steps = at_once(step("a", tool("first"), call_id="a"), second, third, tool("last", after=frozenset({"empty"})))
    second.fields["call_id"] = "b"
    trace = a_trace(agent("weather", steps))
    assert drawn(trace) == ["agent weather", "├─ tool first", "├─ tool second", "└─ tool last"]


def test_a_model_call_is_never_machinery():
    trace = a_trace(agent("weather", llm("gpt-4o", tokens=(10, 2), machinery=True)))
    assert trace.llms.names == ["gpt-4o"]
    assert trace.usage.total_tokens == 12


@pytest.mark.parametrize("place", ["below an agent", "at the top"])
def test_usage_of_a_framework_step_is_not_lost(place):
    counting = step("loop", tool("search"), usage={"searches": 3})
    trace = a_trace(agent("weather", counting) if place == "below an agent" else counting)
    assert trace.usage["searches"] == 3


def test_a_repetition_is_left_out_where_the_adapter_that_it_repeats_recorded():
    native = llm("gpt-4o", tokens=(10, 2), source="openai")
    trace = a_trace(agent("weather", span("llm", "chat gpt-4o", native, tokens=(10, 2), model="gpt-4o", **OTEL)))
    assert drawn(trace) == ["agent weather", "└─ llm gpt-4o"]
    assert trace.machinery.names == ["chat gpt-4o"]
    assert trace.usage.total_tokens == 12


def test_a_repetition_stays_where_that_adapter_recorded_nothing():
    trace = a_trace(agent("weather", llm("chat", tokens=(10, 2), **OTEL)))
    assert trace.llms.names == ["chat"]
    assert trace.usage.total_tokens == 12


def test_a_repetition_beside_its_original_is_counted_once():
    trace = a_trace(agent("weather", llm("gpt", tokens=(10, 2), source="openai"), llm("chat", tokens=(10, 2), **OTEL)))
    assert trace.usage.total_tokens == 12


@pytest.mark.parametrize("outer", ["native", "repetition"])
def test_a_call_that_reported_nothing_gets_what_its_repetition_reported(outer):
    def native(*below):
        return llm("gpt-4o", *below, source="openai")

    def repetition(*below):
        return llm("chat", *below, tokens=(10, 2), **OTEL)

    trace = a_trace(native(span("chain", "http", repetition())) if outer == "native" else repetition(native()))
    assert trace.llms.names == ["gpt-4o"]
    assert trace.one("gpt-4o").own_usage.total_tokens == 12
    assert trace.usage.unreported == ()


def test_a_call_that_was_cut_off_gets_nothing_because_its_repetition_did_not_hear_the_end():
    trace = a_trace(llm("gpt-4o", llm("chat", tokens=(10, 1), **OTEL), status="cancelled", source="openai"))
    assert trace.usage.unreported == ("gpt-4o",)


def test_attempts_below_a_silent_call_are_summed_and_the_repetitions_in_repetitions_are_not():
    inner = llm("http", tokens=(10, 2), **OTEL)
    trace = a_trace(
        llm("gpt", llm("1", inner, tokens=(10, 2), **OTEL), llm("2", tokens=(5, 1), **OTEL), source="openai")
    )
    assert trace.usage.total_tokens == 18


def test_the_last_attempt_gets_what_the_repetition_around_all_reported():
    failed = llm("gpt", error="RateLimitError: 429", source="openai")
    trace = a_trace(llm("chat", failed, llm("gpt", source="openai"), tokens=(10, 2), **OTEL))
    assert [call.own_usage.by_model != {} for call in trace.llms] == [False, True]
    assert trace.usage.total_tokens == 12


def test_a_tool_between_two_calls_makes_them_two():
    trace = a_trace(llm("gpt", tool("search", llm("chat", tokens=(5, 1), **OTEL)), source="openai"))
    assert trace.usage.unreported == ("gpt",)


def test_running_code_finds_the_span_above_a_step_of_a_framework(trace: TraceFixture):
    with agent_trace(agent_name="weather"):
        loop = Source("framework").start("loop", "chain", machinery=True)
        loop.enter()
        context = get_run_context()
        assert context is not None
        assert context.current_span().name == "weather"
        assert context.parent_span() is None
        loop.end()
    assert (trace.spans.names, trace.machinery.names) == (["weather"], ["loop"])


def test_two_adapters_that_repeat_each_other_are_both_shown():
    ours = llm("gpt-4o", source="openai", repeats=frozenset({"opentelemetry"}))
    assert drawn(a_trace(agent("weather", ours, llm("chat", **OTEL)))) == [
        "agent weather",
        "├─ llm gpt-4o",
        "└─ llm chat",
    ]


def test_a_repetition_of_a_repetition_is_left_out_too():
    chain = llm("ChatOpenAI", llm("gpt-4o", source="openai", repeats=frozenset({"langchain"})), source="langchain")
    assert drawn(a_trace(agent("weather", chain, llm("chat", **OTEL)))) == ["agent weather", "└─ llm ChatOpenAI"]
