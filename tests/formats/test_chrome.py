"""Chrome's trace events: what Perfetto draws, each lane a track."""

from __future__ import annotations

from typing import Any

from pytest_traces.formats.chrome import encode_chrome
from pytest_traces.model.tree import SpanTree
from tests.builders import a_tree, agent, at_once, llm, tool

PROGRAM = agent(
    "weather",
    llm("gpt-4o-mini", tokens=(60, 12)),
    at_once(tool("geocode", input={"city": "Paris"}, output=[48, 2]), tool("get_time")),
    tool("get_weather", error="TimeoutError: late", notes=[("retry", {"attempt": 1})]),
)


def drawn(tree: SpanTree) -> list[tuple[Any, ...]]:
    """Each slice: its phase, track, name, start and duration in microseconds."""
    events = encode_chrome(tree)["traceEvents"]
    return [(one["ph"], one["tid"], one["name"], one["ts"], one.get("dur")) for one in events if one["ph"] != "M"]


def names(tree: SpanTree) -> list[tuple[int, int, str]]:
    events = encode_chrome(tree)["traceEvents"]
    return [(one["pid"], one["tid"], one["args"]["name"]) for one in events if one["ph"] == "M"]


def test_concurrent_lanes_are_tracks_of_their_own():
    tree = a_tree(PROGRAM)
    assert drawn(tree) == [
        ("X", 1, "agent weather", 0.0, 40_000.0),
        ("X", 1, "llm gpt-4o-mini", 0.0, 10_000.0),
        ("X", 2, "tool geocode", 10_000.0, 10_000.0),
        ("X", 3, "tool get_time", 10_000.0, 10_000.0),
        ("X", 1, "tool get_weather", 20_000.0, 20_000.0),
        ("i", 1, "retry", 30_000.0, None),
    ]
    assert names(tree) == [(1, 0, "agent weather"), (1, 1, "root 0"), (1, 2, "task 1"), (1, 3, "task 2")]


def test_a_slice_tells_what_went_in_and_out():
    events = {event["name"]: event for event in encode_chrome(a_tree(PROGRAM))["traceEvents"]}
    geocode = events["tool geocode"]["args"]
    assert {**geocode, "call_id": ""} == {
        "status": "success",
        "input": {"city": "Paris"},
        "output": [48, 2],
        "call_id": "",
    }
    assert events["llm gpt-4o-mini"]["args"]["usage"] == {
        "gpt-4o-mini:input_tokens": 60,
        "gpt-4o-mini:output_tokens": 12,
    }
    assert events["tool get_weather"]["args"]["error"] == "TimeoutError: late"


def test_runs_are_processes():
    assert [event["pid"] for event in encode_chrome(a_tree(tool("a"), tool("b")))["traceEvents"]] == [1, 1, 2, 2, 1, 2]


def test_a_span_that_still_runs_has_no_end():
    assert drawn(a_tree(tool("a", status="running"))) == [("B", 1, "tool a", 0.0, None)]


def test_spans_of_a_lane_that_overlap_without_nesting_get_tracks_of_their_own():
    first, second = a_tree(tool("a", ms=10), tool("b", ms=10)).spans
    overlapping = second.model_copy(update={"t0": 5.0, "t1": 15.0})
    tree = SpanTree([first, overlapping])
    assert [(name, track) for _, track, name, *_ in drawn(tree)] == [("tool a", 1), ("tool b", 2)]


def test_an_empty_trace_has_no_events():
    assert encode_chrome(SpanTree())["traceEvents"] == []
