"""What counts as a model call."""

import pytest

from pytest_traces.analysis.model_calls import llm_calls
from tests.builders import a_tree, agent, llm, span, tool


def calls(*steps):
    return [call.name for call in llm_calls(a_tree(*steps).spans)]


def test_the_outermost_span_of_a_call_counts():
    assert calls(agent("a", llm("framework", span("chain", "x", llm("sdk", llm("http")))), llm("other"))) == [
        "framework",
        "other",
    ]


@pytest.mark.parametrize("between", ["tool", "retrieval"])
def test_a_model_call_of_a_step_inside_a_call_is_a_call_of_its_own(between):
    assert calls(llm("outer", span(between, "search", llm("rank", llm("sdk"))))) == ["outer", "rank"]


def test_a_call_of_another_kind_is_a_call_of_its_own():
    assert calls(llm("cached", span("embedding", "embed", llm("odd")))) == ["cached"]
    assert calls(span("embedding", "embed", llm("odd"))) == ["odd"]


def test_the_outermost_of_the_given_spans_count():
    tree = a_tree(llm("framework", llm("sdk"), llm("sdk again")))
    assert [call.name for call in llm_calls(tree.children(tree.roots[0]))] == ["sdk", "sdk again"]


def test_other_spans_are_no_calls():
    assert calls(agent("a", tool("t"), span("embedding", "e"))) == []
