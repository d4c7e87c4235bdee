"""What the page is told of a trace: spans in the order of the tree, on lanes, with what is to be pointed out."""

from pytest_traces.page.recordings import recording
from tests.builders import a_file, a_tree, agent, at_once, llm, tool


def told(tree, *fields, slow_ms=1500):
    """Return some fields of each span."""
    rows = recording(tree, slow_ms=slow_ms)["spans"]
    return [tuple(row.get(field) for field in fields) for row in rows]


def test_spans_come_in_the_order_of_the_tree_with_the_row_of_their_parent():
    tree = a_tree(agent("weather", tool("geocode"), agent("writer", llm("gpt"))), llm("judge"))
    assert told(tree, "name", "parent") == [
        ("weather", None),
        ("geocode", 0),
        ("writer", 0),
        ("gpt", 2),
        ("judge", None),
    ]


def test_concurrent_spans_have_marks_and_lanes_of_their_own():
    tree = a_tree(agent("weather", at_once(tool("b"), tool("a")), llm("gpt")))
    assert told(tree, "name", "marks", "lane") == [
        ("weather", None, 0),
        ("a", "∥", 2),
        ("b", "∥", 1),
        ("gpt", None, 0),
    ]


def test_spans_of_files_share_a_lane_unless_they_overlap():
    tree = a_file(agent("weather", at_once(tool("a"), tool("b")), llm("gpt")))._tree()
    assert told(tree, "name", "lane") == [("weather", 0), ("a", 0), ("b", 1), ("gpt", 0)]


def test_times_are_milliseconds_since_the_start_and_a_running_span_has_no_end():
    tree = a_tree(agent("weather", tool("geocode"), llm("gpt", status="running")))
    assert told(tree, "name", "from", "to") == [("weather", 0.0, 20.0), ("geocode", 0.0, 10.0), ("gpt", 10.0, None)]


def test_attempts_and_slow_steps_are_noted():
    tree = a_tree(agent("weather", tool("get", error="TimeoutError: late"), tool("get", ms=40)))
    assert told(tree, "name", "notes", slow_ms=40) == [
        ("weather", [("slow", "slow")]),
        ("get", [("retry", "attempt 1 of 2")]),
        ("get", [("retry", "attempt 2 of 2"), ("slow", "slow")]),
    ]


def test_spans_that_the_test_acted_on_are_noted():
    tree = a_tree(agent("weather", tool("get", acted="raises")))
    assert told(tree, "name", "notes") == [("weather", None), ("get", [("acted", "acted: raises")])]


def test_empty_fields_are_left_out():
    [row] = recording(a_tree(tool("t", output=0)), slow_ms=1500)["spans"]
    del row["id"]
    assert row == {"name": "t", "type": "tool", "status": "success", "from": 0.0, "to": 10.0, "output": 0, "lane": 0}
