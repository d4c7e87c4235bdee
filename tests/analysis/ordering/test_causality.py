"""Which of two spans came before the other, wherever they are in the tree."""

import pytest

from pytest_traces.analysis.ordering.causality import Causality
from pytest_traces.model.tree import SpanTree
from tests.builders import a_tree, agent, at_once, tool

TREE = a_tree(
    agent("a", at_once(tool("left", tool("inner")), [tool("right"), tool("later")]), tool("last")),
    tool("other"),
)


def related(tree: SpanTree, a: str, b: str) -> tuple[bool, bool]:
    """Return whether two spans ran side by side, and whether b follows a."""
    causality = Causality(tree)
    one, other = tree.named(a)[0], tree.named(b)[0]
    return causality.side_by_side(one, other), causality.follows(one, other)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("left", "right", (True, False)),
        ("right", "left", (True, False)),
        ("inner", "later", (True, False)),
        ("right", "later", (False, True)),
        ("later", "right", (False, False)),
        ("left", "last", (False, True)),
        ("inner", "last", (False, True)),
        ("a", "inner", (False, True)),
        ("inner", "a", (False, False)),
        ("left", "left", (False, False)),
        ("inner", "other", (False, True)),
        ("last", "left", (False, False)),
        ("last", "inner", (False, False)),
    ],
)
def test_two_spans(a, b, expected):
    assert related(TREE, a, b) == expected


def test_causality_answers_alike_in_either_order_of_its_arguments():
    causality, last, left = Causality(TREE), TREE.named("last")[0], TREE.named("left")[0]
    assert not causality.side_by_side(last, left)
    assert not causality.side_by_side(left, last)


def test_without_lanes_order_is_overlap():
    tree = a_tree(agent("a", at_once(tool("left"), tool("right")), tool("last"))).without_order()
    assert related(tree, "left", "right") == (True, False)
    assert related(tree, "left", "last") == (False, True)


def test_declared_order_holds_step_by_step():
    steps = [
        tool("a", call_id="a"),
        tool("b", call_id="b", after=frozenset({"a"})),
        tool("c", after=frozenset({"b"})),
    ]
    tree = a_tree(agent("flow", at_once(*steps)))
    assert related(tree, "a", "c") == (False, True)
