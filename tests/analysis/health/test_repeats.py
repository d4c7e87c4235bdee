"""Equal calls under one agent."""

from pytest_traces.analysis.health.repeats import find_repeats
from tests.builders import a_tree, agent, at_once, tool


def repeats(*steps):
    tree = a_tree(*steps)
    return [[span.name for span in group] for group in find_repeats(tree.spans, tree)]


def test_equal_calls_are_equal_whatever_the_order_of_their_arguments():
    assert repeats(tool("a", input={"x": 1, "y": 2}), tool("a", input={"y": 2, "x": 1})) == [["a", "a"]]


def test_another_argument_another_name_or_another_type_is_another_call():
    assert repeats(tool("a", input=1), tool("a", input=2), tool("b", input=1), agent("a", input=1)) == []


def test_a_call_that_failed_and_the_one_after_it_are_one():
    assert repeats(tool("a", error="E: no"), tool("a")) == []
    assert repeats(tool("a", error="E: no"), tool("a"), tool("a")) == [["a", "a"]]


def test_a_call_beside_a_failed_one_asks_the_same():
    assert repeats(at_once(tool("a", error="E: no"), tool("a"))) == [["a", "a"]]


def test_each_agent_has_its_own_calls():
    assert repeats(agent("x", tool("a")), agent("y", tool("a"))) == []
    assert repeats(agent("x", tool("a"), tool("b", tool("a")))) == [["a", "a"]]
