"""Spans know their place in the trace that handed them out."""

import pytest

from pytest_traces.errors import TracesError
from pytest_traces.model.tree import SpanTree
from pytest_traces.trace.options import TraceOptions
from pytest_traces.trace.selection import Span
from pytest_traces.trace.trace import Trace
from tests.builders import a_trace, a_tree, agent, llm, tool

TREE = a_tree(agent("planner", llm("gpt", tokens=(1, 2)), agent("mailer", tool("send"), tool("log")), tool("pay")))


def test_a_span_is_always_the_same_one():
    trace = Trace(TREE)
    send = trace.one("send")
    assert send is trace.one("send") is trace.spans[3] is trace[send.call_id] is trace.one("log").siblings[0]
    assert send.parent is trace.one("mailer")


def test_a_second_trace_over_the_same_spans_does_not_take_them_from_the_first():
    trace = Trace(TREE)
    planner = trace.one("planner")
    part = Trace(SpanTree(span for span in trace.spans if span.type != "tool"))
    assert part.one("planner").descendants.names == ["gpt", "mailer"]
    assert planner.descendants.names == ["gpt", "mailer", "send", "log", "pay"]
    assert part.one("planner") == planner


def test_a_selection_answers_each_question_of_a_trace():
    trace = Trace(TREE)
    planner = trace.one("planner")
    assert planner.descendants.tools.names == ["send", "log", "pay"]
    assert planner.descendants.agents.descendants.names == ["send", "log"]
    assert planner.descendants.llms.usage.total_tokens == 3
    assert trace.agents.find("mail*").children.names == ["send", "log"]
    assert trace.names == trace.spans.names
    planner.children.assert_never("send")


def test_a_selection_judges_only_its_own_spans():
    trace = Trace(TREE)
    trace.one("mailer").descendants.assert_sequence("send", "log")
    trace.one("mailer").descendants.assert_calls({"send": 1, "log": 1})


def test_a_span_of_no_trace_has_no_relatives():
    lost = Span(name="send", type="tool", path="send", call_id="1", run_id="1", t0=0)
    with pytest.raises(TracesError, match=r"^span 'send' belongs to no trace, so it has no relatives$"):
        _ = lost.children


def test_runs_and_retries_hold_spans_that_know_their_place():
    trace = a_trace(agent("planner", tool("pay", error="E: no"), tool("pay")))
    [run], [retry] = trace.runs, trace.retries
    assert run.root is trace.one("planner")
    assert [span.parent for span in retry.spans] == [run.root, run.root]


def test_a_trace_can_be_read_by_other_rules():
    trace = a_trace(agent("planner", tool("pay"), tool("pay")))
    repeated = trace.with_options(retry_rule="repeated", slow_ms=5)
    assert (len(trace.retries), len(repeated.retries)) == (0, 1)
    assert (trace.slow.names, repeated.slow.names) == ([], ["planner", "pay", "pay"])
    with pytest.raises(TypeError, match="unknown option 'retryrule'; did you mean 'retry_rule'"):
        trace.with_options(retryrule="repeated")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("retry_rule", "trace.retry_rule cannot be set; write trace = trace.with_options(retry_rule='repeated')"),
        ("slow_ms", "trace.slow_ms cannot be set; write trace = trace.with_options(slow_ms='repeated')"),
        ("spans", "trace.spans cannot be set; a trace is read-only"),
        ("notes", "trace.notes cannot be set; a trace is read-only"),
    ],
)
def test_attributes_of_a_trace_cannot_be_set(name, told):
    trace = a_trace(tool("pay"))
    with pytest.raises(TracesError) as refused:
        setattr(trace, name, "repeated")
    assert str(refused.value) == told
    assert trace.options == TraceOptions()


def test_a_span_is_printed_in_a_few_words():
    span = a_trace(tool("pay", input={"card": "4111"}, error="E: no")).one("pay")
    assert str(span) == repr(span) == "<tool pay ✗ E: no>"
