"""What a run waited for."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_traces.analysis.critical_path import critical_path
from pytest_traces.analysis.health.slow import percentile
from tests.builders import Step, a_tree, agent, at_once, llm, span, tool


def path(*steps):
    tree = a_tree(*steps)
    return [(step.span.name, step.own_ms) for step in critical_path(tree, tree.roots[0])]


def test_the_longest_of_concurrent_steps_is_on_the_path():
    run = agent("a", llm("plan", ms=10), at_once(tool("quick", ms=5), tool("slow", ms=90)), llm("answer", ms=20))
    assert path(run) == [("plan", 10.0), ("slow", 90.0), ("answer", 20.0)]


def test_time_between_the_children_is_the_span_s_own():
    assert path(agent("a", tool("x", ms=30), ms=50)) == [("a", 50.0), ("x", 30.0)]


def test_a_branch_of_several_steps_is_followed_back():
    assert path(agent("a", at_once([tool("one", ms=40), tool("two", ms=30)], tool("beside", ms=60)))) == [
        ("one", 40.0),
        ("two", 30.0),
    ]


def test_a_span_that_outlives_its_parent_counts_until_the_parent_ended():
    tree = a_tree(agent("a", tool("late", ms=100)))
    root, late = tree.spans
    ended = root.model_copy(update={"t1": 60.0})
    tree.spans, tree.roots = (ended, late), (ended,)
    assert [(step.span.name, step.own_ms) for step in critical_path(tree, ended)] == [("late", 60.0)]


def test_a_span_of_no_time_is_left_out():
    assert path(agent("a", tool("x", ms=0))) == []


steps = st.recursive(
    st.builds(lambda ms: tool("t", ms=ms), st.integers(0, 9)),
    lambda below: st.builds(
        lambda ms, more, beside: span("chain", "c", *([at_once(*more)] if beside else more), ms=ms),
        st.integers(0, 9),
        st.lists(below, min_size=1, max_size=3),
        st.booleans(),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_the_path_is_as_long_as_the_run(step: Step):
    tree = a_tree(step)
    assert sum(one.own_ms for one in critical_path(tree, tree.roots[0])) == tree.roots[0].elapsed


def test_a_percentile_is_a_duration_that_occurred():
    assert [percentile([5, 1, 9, 3], rank) for rank in (0.25, 0.5, 0.95, 1.0)] == [1, 3, 9, 9]
    assert percentile([7], 0.5) == 7
