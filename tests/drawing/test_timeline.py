"""The text timeline: how steps are marked, aligned and explained."""

from pytest_traces.drawing.timeline import draw_timeline
from tests.builders import a_tree, agent, at_once, llm, tool


def drawn(*steps, **options):
    return draw_timeline(a_tree(agent("weather", *steps)), **options).splitlines()[:-3]


def test_a_failed_step_without_a_retry_is_failed():
    assert drawn(tool("search", error="ValueError: boom"), llm("gpt")) == [
        "weather:start",
        "├── ✗  search                    10ms  FAILED",
        "├── ✓  gpt                       10ms  OK",
        "└── ✓  done",
    ]


def test_steps_inside_steps_are_indented_and_aligned():
    assert drawn(agent("helper", tool("search")), tool("end")) == [
        "weather:start",
        "├── ✓  helper                    10ms  OK",
        "│   ├── ✓  search                10ms  OK",
        "├── ✓  end                       10ms  OK",
        "└── ✓  done",
    ]


def test_steps_side_by_side_are_marked():
    rows = drawn(at_once(tool("b"), tool("a")))
    assert [row[:12] for row in rows] == ["weather:star", "├── ✓  ∥ a  ", "├── ✓  ∥ b  ", "└── ✓  done"]


def test_a_step_that_still_runs_has_no_time():
    rows = drawn(tool("search", status="running"))
    assert rows[1] == "├── …  search                          RUNNING"


def test_a_long_name_moves_the_columns():
    rows = drawn(tool("a_tool_with_quite_a_long_name"), tool("b"))
    assert rows[1] == "├── ✓  a_tool_with_quite_a_long_name    10ms  OK"
    assert rows[2] == f"├── ✓  {'b':<29}    10ms  OK"


def test_a_deep_trace_is_drawn():
    nested = tool("leaf")
    for _ in range(300):
        nested = agent("level", nested)
    assert len(drawn(nested)) == 303


def test_retries_are_counted_and_the_status_is_said():
    tree = a_tree(agent("weather", tool("search", error="ValueError: boom"), tool("search")))
    assert draw_timeline(tree).splitlines()[-2:] == ["Retries: 1", "Status:  WARNING"]
    assert draw_timeline(tree, retries=[], status="success").splitlines()[-2:] == ["Retries: 0", "Status:  SUCCESS"]
